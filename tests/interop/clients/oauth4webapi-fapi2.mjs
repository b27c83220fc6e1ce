// The FAPI 2.0 Security Profile: PAR, private_key_jwt, DPoP with nonces, PKCE.
import * as oauth from 'oauth4webapi';
import { browse, settings, tell } from './conversation.mjs';
import { signingKey } from './keys.mjs';
import { claimsOf, client, options, server } from './oauth4webapi.mjs';

const { key, redirect_uri, scope } = settings;
client.id_token_signed_response_alg = 'ES256';
const authentication = oauth.PrivateKeyJwt({ key: await signingKey(key), kid: key.kid });
const withProof = { ...options, DPoP: oauth.DPoP(client, await oauth.generateKeyPair('ES256')) };

// A server that wants a nonce says so once; the library keeps the one that it is given.
let demanded = 0;
const ask = async (step) => {
  try {
    return await step();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    demanded += 1;
    return step();
  }
};

const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const nonce = oauth.generateRandomNonce();
const request = new URLSearchParams({
  client_id: client.client_id,
  response_type: 'code',
  redirect_uri,
  scope,
  state,
  nonce,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
});
const pushed = await ask(async () =>
  oauth.processPushedAuthorizationResponse(
    server,
    client,
    await oauth.pushedAuthorizationRequest(server, client, authentication, request, withProof),
  ),
);
const address = new URL(server.authorization_endpoint);
address.search = new URLSearchParams({
  client_id: client.client_id,
  request_uri: pushed.request_uri,
});
const landed = new URL(await browse(address));
const answer = oauth.validateAuthResponse(server, client, landed, state);

let response;
const tokens = await ask(async () => {
  response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    answer,
    redirect_uri,
    verifier,
    withProof,
  );
  return oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
});
const claims = await claimsOf(response, tokens);
const userinfo = await ask(async () =>
  oauth.processUserInfoResponse(
    server,
    client,
    claims.sub,
    await oauth.userInfoRequest(server, client, tokens.access_token, withProof),
  ),
);
const renewed = await ask(async () =>
  oauth.processRefreshTokenResponse(
    server,
    client,
    await oauth.refreshTokenGrantRequest(
      server,
      client,
      authentication,
      tokens.refresh_token,
      withProof,
    ),
  ),
);
const revocation = await oauth.revocationRequest(
  server,
  client,
  authentication,
  renewed.access_token,
  options,
);
await oauth.processRevocationResponse(revocation);
tell({ claims, userinfo, renewed, token_type: tokens.token_type, demanded });
