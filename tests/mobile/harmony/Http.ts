import { Json } from './Protocol';

/** What Http.ets does on a phone, by Node.js: for tests alone. */
export class Reply {
  status = 0;
  body: Json = {};
  retryAfter = 0;
  nonce = '';
  date = 0;

  destroy(): void {}
}

export async function send(reply: Reply, address: string, proof: string, form: string): Promise<void> {
  const headers = { DPoP: proof, 'Content-Type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(address, form === '' ? {} : { method: 'POST', headers, body: form });
  reply.body = (await answer.json()) as Json;
  reply.status = answer.status;
}
