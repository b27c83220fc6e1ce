// Token exchange (RFC 8693): WeChat's one-time code for tokens, and these for a lesser one.
import * as oauth from 'oauth4webapi';
import { settings, tell } from './conversation.mjs';
import { authentication, claimsOf, client, options, server, userinfo } from './oauth4webapi.mjs';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const exchange = async (parameters) => {
  const response = await oauth.genericTokenEndpointRequest(
    server,
    client,
    authentication,
    'urn:ietf:params:oauth:grant-type:token-exchange',
    parameters,
    options,
  );
  return [response, await oauth.processGenericTokenEndpointResponse(server, client, response)];
};
const scopeOf = async (token) => {
  const response = await oauth.introspectionRequest(server, client, authentication, token, options);
  return (await oauth.processIntrospectionResponse(server, client, response)).scope;
};

const [response, tokens] = await exchange({
  subject_token: settings.wechat_code,
  subject_token_type: 'urn:qiao:params:oauth:token-type:wechat-code',
  connection: settings.connection,
  scope: settings.scope,
});
const claims = await claimsOf(response, tokens);
const [, lesser] = await exchange({
  subject_token: tokens.access_token,
  subject_token_type: ACCESS_TOKEN,
  scope: 'openid',
});
tell({
  claims,
  userinfo: await userinfo(tokens, claims.sub),
  scopes: [await scopeOf(tokens.access_token), await scopeOf(lesser.access_token)],
  lesser: { type: lesser.issued_token_type, refreshable: 'refresh_token' in lesser },
});
