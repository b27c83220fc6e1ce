// npm's oidc-provider as an upstream: signed user-info, front- and back-channel names of sessions,
// sign-out, and the forms of its own development pages, which take any name.
//
// The first line that it reads is JSON: {"client": {…}, "back": "…"}. It says {"issuer": "…"}.

import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

const [line] = await once(createInterface({ input: process.stdin }), 'line');
const { client } = JSON.parse(line);
const server = createServer((request, response) => handle(request, response));
let handle = (_request, response) => response.writeHead(503).end();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;
const key = (alg, kind, options) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), alg, kid: alg, use: 'sig',
});
const provider = new Provider(issuer, {
  clients: [client],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  cookies: { keys: ['a key of the tests'] },
  enabledJWA: { userinfoSigningAlgValues: ['RS256', 'ES256'] },
  features: {
    backchannelLogout: { enabled: true },
    devInteractions: { enabled: true },
    jwtUserinfo: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  // Without its guard, which does not let it speak to this machine.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  issueRefreshToken: async () => true,
  jwks: {
    keys: [
      key('RS256', 'rsa', { modulusLength: 2048 }),
      key('ES256', 'ec', { namedCurve: 'P-256' }),
    ],
  },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  ttl: { AccessToken: 50 },  // so short that one is refreshed when it is asked for
  findAccount: (_context, sub) => ({
    accountId: sub,
    claims: async () => ({
      sub, name: `Name of ${sub}`, email: `${sub}@example.org`, email_verified: true,
    }),
  }),
});
handle = provider.callback();
console.log(JSON.stringify({ issuer }));
