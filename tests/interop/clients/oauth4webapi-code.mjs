// The authorization code flow, step by step.
import * as oauth from 'oauth4webapi';
import { browse, settings, tell } from './conversation.mjs';
import { authentication, claimsOf, client, options, server, userinfo } from './oauth4webapi.mjs';

const { redirect_uri, scope } = settings;
const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const nonce = oauth.generateRandomNonce();
const address = new URL(server.authorization_endpoint);
address.search = new URLSearchParams({
  client_id: client.client_id,
  response_type: 'code',
  redirect_uri,
  scope,
  state,
  nonce,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
});
const landed = new URL(await browse(address));
const answer = oauth.validateAuthResponse(server, client, landed, state);
const response = await oauth.authorizationCodeGrantRequest(
  server,
  client,
  authentication,
  answer,
  redirect_uri,
  verifier,
  options,
);
const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
  expectedNonce: nonce,
  requireIdToken: true,
});
const claims = await claimsOf(response, tokens);
tell({ claims, userinfo: await userinfo(tokens, claims.sub) });
