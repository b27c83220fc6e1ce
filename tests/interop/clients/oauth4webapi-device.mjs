// A device without a browser (RFC 8628): it shows an address, somebody opens it elsewhere.
import * as oauth from 'oauth4webapi';
import { browse, settings, tell } from './conversation.mjs';
import { authentication, claimsOf, client, options, server, userinfo } from './oauth4webapi.mjs';

const shown = await oauth.processDeviceAuthorizationResponse(
  server,
  client,
  await oauth.deviceAuthorizationRequest(
    server,
    client,
    authentication,
    { scope: settings.scope },
    options,
  ),
);
const landed = await browse(shown.verification_uri_complete);
const response = await oauth.deviceCodeGrantRequest(
  server,
  client,
  authentication,
  shown.device_code,
  options,
);
const tokens = await oauth.processDeviceCodeResponse(server, client, response);
const claims = await claimsOf(response, tokens);
tell({ landed, claims, userinfo: await userinfo(tokens, claims.sub) });
