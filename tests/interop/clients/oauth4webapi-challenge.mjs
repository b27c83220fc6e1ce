// A native app without a browser: POST /challenge by plain fetch, then the library redeems the code.
import * as oauth from 'oauth4webapi';
import { confirm, settings, tell } from './conversation.mjs';
import { authentication, claimsOf, client, options, server, userinfo } from './oauth4webapi.mjs';

const challenge = async (parameters) => {
  const body = new URLSearchParams({ client_id: client.client_id, ...parameters });
  const answer = await fetch(server.authorization_challenge_endpoint, { method: 'POST', body });
  return { status: answer.status, ...(await answer.json()) };
};

const verifier = oauth.generateRandomCodeVerifier();
const nonce = oauth.generateRandomNonce();
const asked = await challenge({
  response_type: 'code',
  scope: settings.scope,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  nonce,
  connection: settings.connection,
});
const waiting = await challenge({ auth_session: asked.auth_session });
await confirm(asked.launch.path, asked.number);
const done = await challenge({ auth_session: waiting.auth_session });

const parameters = { code: done.authorization_code, code_verifier: verifier };
const response = await oauth.genericTokenEndpointRequest(
  server,
  client,
  authentication,
  'authorization_code',
  parameters,
  options,
);
const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
  expectedNonce: nonce,
  requireIdToken: true,
});
const claims = await claimsOf(response, tokens);
tell({
  statuses: [asked.status, waiting.status, done.status],
  errors: [asked.error, waiting.error],
  launch: asked.launch,
  claims,
  userinfo: await userinfo(tokens, claims.sub),
});
