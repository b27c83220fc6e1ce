// npm oauth4webapi and what the scripts beside this one share: the server's description and checks.
import * as oauth from 'oauth4webapi';
import { settings } from './conversation.mjs';

const { issuer, registration } = settings;
const expected = new URL(issuer);
export const options = { [oauth.allowInsecureRequests]: issuer.startsWith('http:') };

export const server = await oauth.processDiscoveryResponse(
  expected,
  await oauth.discoveryRequest(expected, options),
);
export const client = { client_id: registration.client_id };
export const authentication = registration.client_secret
  ? oauth.ClientSecretBasic(registration.client_secret)
  : oauth.None();

/** The claims of the ID token in a token response, its signature checked too. */
export const claimsOf = async (response, tokens) => {
  await oauth.validateApplicationLevelSignature(server, response, options);
  return oauth.getValidatedIdTokenClaims(tokens);
};

export const userinfo = async (tokens, sub) =>
  oauth.processUserInfoResponse(
    server,
    client,
    sub,
    await oauth.userInfoRequest(server, client, tokens.access_token, options),
  );
