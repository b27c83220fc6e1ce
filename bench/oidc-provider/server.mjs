// npm's oidc-provider as bench/run drives it: the code flow with PKCE, refresh rotation,
// introspection, RS256, sessions and consents in PostgreSQL. Clients are static, which is the
// cheapest thing that oidc-provider offers (none is read from the database).
//
// Usage: node server.mjs '{"port": 3000, "database": "postgresql://…", "clients": [{…}]}'

import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Provider } from 'oidc-provider';

import { Store } from './store.mjs';

const HOUR = 3600;
const { port, database, clients, rotates } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const store = new Store(database);

function signingKey(alg, kind, options) {
  const { privateKey } = generateKeyPairSync(kind, options);
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg, kid: `bench-${alg}` };
}

const provider = new Provider(issuer, {
  adapter: store.adapter(),
  clients,
  jwks: {
    keys: [
      signingKey('RS256', 'rsa', { modulusLength: 2048 }),
      signingKey('ES256', 'ec', { namedCurve: 'P-256' }),
    ],
  },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  scopes: ['openid', 'profile', 'offline_access'],
  claims: { openid: ['sub'], profile: ['name', 'picture'] },
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true },
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true },
  },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true },
  rotateRefreshToken: () => rotates,
  // A refresh token wherever the client and the scope ask for one, also without a new consent.
  issueRefreshToken: (_ctx, client, source) => (
    client.grantTypeAllowed('refresh_token') && source.scopes.has('offline_access')
  ),
  ttl: {
    AccessToken: HOUR, AuthorizationCode: 60, ClientCredentials: HOUR, IdToken: HOUR,
    RefreshToken: 30 * 24 * HOUR, Session: 14 * 24 * HOUR, Grant: 30 * 24 * HOUR,
    Interaction: HOUR,
  },
  // Claims are read where they are needed, so that a request that needs none costs no statement.
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: async () => ({ sub, ...(await store.account(sub)) }),
  }),
});

async function newAccount() {
  const sub = randomBytes(16).toString('base64url');
  await store.addAccount(sub, `Person ${sub.slice(0, 4)}`, 'https://example.com/p.png');
  return sub;
}

// A person who agrees to everything: the one of this browser's session, else a new one.
async function interact(request, response) {
  const { params, session } = await provider.interactionDetails(request, response);
  const sub = session?.accountId ?? await newAccount();
  const grant = new provider.Grant({ accountId: sub, clientId: params.client_id });
  grant.addOIDCScope('openid profile offline_access');
  const grantId = await grant.save();
  await provider.interactionFinished(
    request, response, { login: { accountId: sub }, consent: { grantId } },
  );
}

await store.prepare();
const answer = provider.callback();
const server = createServer((request, response) => {
  if (request.url.startsWith('/interaction/')) {
    interact(request, response).catch((error) => {
      console.error(error);
      response.writeHead(500).end(String(error));
    });
  } else if (request.url === '/bench/statements') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ statements: store.statements }));
  } else {
    answer(request, response);
  }
});
provider.on('server_error', (_ctx, error) => console.error(error));
server.keepAliveTimeout = 120_000;
server.listen(port, '127.0.0.1', () => console.log(`listening on ${issuer}`));
process.on('SIGTERM', () => process.exit(0));
