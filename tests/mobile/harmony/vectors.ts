import { readFileSync } from 'node:fs';
import { Crypto } from './Crypto';
import { Protocol, Untrusted } from './Protocol';

// Asks the ArkTS core everything in a file of vectors; one line for each that it answers otherwise.

const all = JSON.parse(readFileSync(process.argv[2]!, 'utf8'));
let asked = 0;

function compare(what: string, expected: string, found: string): void {
  asked++;
  if (expected !== found) {
    console.log(`${what}: expected ${expected}, found ${found}`);
  }
}

for (const one of all.pkce) {
  compare('pkce', one.challenge, Protocol.challenge(one.verifier));
}
for (const [step, event, ...next] of all.steps) {
  compare(`step ${step} ${event}`, next.join(' '), Protocol.next(step, event).join(' '));
}
for (const one of all.answers) {
  compare(`answer ${JSON.stringify(one)}`, one.event, Protocol.event(one.status, one.body));
}
for (const event of Object.keys(all.reasons)) {
  compare(`reason of ${event}`, all.reasons[event], Protocol.reason(event));
}
for (const one of all.redirects) {
  const { redirect_uri, state, issuer } = all.redirect;
  const came = Protocol.redirected(one.address, redirect_uri, state, issuer);
  compare(`redirect ${one.address}`, one.result.join(' '), came.join(' '));
}
for (const one of all.thumbprints) {
  const key = Buffer.concat([Crypto.decoded64(one.jwk.x), Crypto.decoded64(one.jwk.y)]);
  compare('thumbprint', one.thumbprint, Protocol.thumbprint(key));
}
for (const one of all.id_tokens) {
  const { issuer, client_id, nonce, now } = all.id_token;
  let refused = '';
  try {
    Protocol.claims(one.token, one.jwks, issuer, client_id, nonce, now);
  } catch (error) {
    refused = error instanceof Untrusted ? error.message : String(error);
  }
  compare(`ID token ${one.token}`, one.refused, refused);
}
console.log(`asked ${asked}`);
