// npm openid-client as anybody would use it: the whole life of a sign-in.
import * as client from 'openid-client';
import { browse, settings, tell } from './conversation.mjs';

const methods = {
  client_secret_basic: client.ClientSecretBasic,
  client_secret_post: client.ClientSecretPost,
  client_secret_jwt: client.ClientSecretJwt,
  none: client.None,
};
const { issuer, redirect_uri, scope, registration } = settings;
const method = registration.token_endpoint_auth_method;
const config = await client.discovery(
  new URL(issuer),
  registration.client_id,
  registration.client_secret,
  methods[method](registration.client_secret),
  { execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : [] },
);
client.enableNonRepudiationChecks(config);

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
const expectedNonce = client.randomNonce();
const callback = await browse(
  client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    max_age: '3600',
    prompt: 'consent', // what offline_access asks for (OpenID Connect Core 11)
  }),
);
const tokens = await client.authorizationCodeGrant(config, new URL(callback), {
  pkceCodeVerifier,
  expectedState,
  expectedNonce,
  maxAge: 3600,
  idTokenExpected: true,
});
const claims = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
const confidential = method !== 'none';
const look = async () =>
  confidential && (await client.tokenIntrospection(config, renewed.access_token)).active;
const before = await look();
await client.tokenRevocation(config, renewed.refresh_token);
const after = await look();
const left = await browse(
  client.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: settings.registration.post_logout_redirect_uris[0],
    state: 'bye',
  }),
);
tell({
  callback,
  claims,
  userinfo,
  renewed: { claims: renewed.claims(), rotated: renewed.refresh_token !== tokens.refresh_token },
  active: { before, after },
  left,
});
