// The FAPI 2.0 Security Profile: PAR, private_key_jwt, DPoP (nonces are the library's affair), PKCE.
import * as client from 'openid-client';
import { browse, settings, tell } from './conversation.mjs';
import { signingKey } from './keys.mjs';

const { issuer, key, redirect_uri, registration, scope } = settings;
const config = await client.discovery(
  new URL(issuer),
  registration.client_id,
  { id_token_signed_response_alg: 'ES256' },
  client.PrivateKeyJwt({ key: await signingKey(key), kid: key.kid }),
  { execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : [] },
);
client.enableNonRepudiationChecks(config);
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
const expectedNonce = client.randomNonce();
const address = await client.buildAuthorizationUrlWithPAR(
  config,
  {
    redirect_uri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  },
  { DPoP },
);
const tokens = await client.authorizationCodeGrant(
  config,
  new URL(await browse(address)),
  { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true },
  undefined,
  { DPoP },
);
const claims = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub, { DPoP });
const renewed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
await client.tokenRevocation(config, renewed.access_token);
tell({ claims, userinfo, renewed, token_type: tokens.token_type });
