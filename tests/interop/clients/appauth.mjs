// npm @openid/appauth on Node.js: the library opens "the browser" and listens on the loopback.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import appauth from '@openid/appauth';
import { NodeCrypto } from '@openid/appauth/built/node_support/crypto_utils.js';
import { NodeBasedHandler } from '@openid/appauth/built/node_support/node_request_handler.js';
import { NodeRequestor } from '@openid/appauth/built/node_support/node_requestor.js';
import { browse, settings, tell } from './conversation.mjs';

const { issuer, registration, scope, port } = settings;
const { client_id } = registration;
const redirect_uri = `http://127.0.0.1:${port}/callback`;

// The desktop's browser, as the library finds it: a command that is given the address.
const folder = await mkdtemp(path.join(tmpdir(), 'appauth-'));
const opened = path.join(folder, 'opened');
const browser = path.join(folder, 'browser');
await writeFile(browser, `#!/bin/sh\nprintf %s "$1" >${opened}.part && mv ${opened}.part ${opened}\n`, {
  mode: 0o700,
});
process.env.BROWSER = browser;
process.env.DISPLAY = '';
const openedAddress = async () => {
  for (let tries = 0; tries < 200; tries += 1) {
    const address = await readFile(opened, 'utf8').catch(() => '');
    if (address) return address;
    await sleep(50);
  }
  throw new Error('the library has not opened a browser');
};

const requestor = new NodeRequestor();
const configuration = await appauth.AuthorizationServiceConfiguration.fetchFromIssuer(
  issuer,
  requestor,
);
const request = new appauth.AuthorizationRequest(
  {
    client_id,
    redirect_uri,
    scope,
    response_type: appauth.AuthorizationRequest.RESPONSE_TYPE_CODE,
    extras: { prompt: 'consent', access_type: 'offline' },
  },
  new NodeCrypto(),
  true,
);
const notifier = new appauth.AuthorizationNotifier();
const handler = new NodeBasedHandler(port);
handler.setAuthorizationNotifier(notifier);
const answered = new Promise((resolve, reject) => {
  notifier.setAuthorizationListener((_request, response, error) =>
    response ? resolve(response) : reject(new Error(JSON.stringify(error))),
  );
});
handler.performAuthorizationRequest(configuration, request);
await fetch(await browse(await openedAddress()));
const { code, state } = await answered;
await rm(folder, { recursive: true });

const tokens = new appauth.BaseTokenRequestHandler(requestor);
const ask = (grant_type, more) =>
  tokens.performTokenRequest(
    configuration,
    new appauth.TokenRequest({ client_id, redirect_uri, grant_type, ...more }),
  );
const first = await ask(appauth.GRANT_TYPE_AUTHORIZATION_CODE, {
  code,
  extras: { code_verifier: request.internal.code_verifier },
});
const second = await ask(appauth.GRANT_TYPE_REFRESH_TOKEN, { refresh_token: first.refreshToken });
const userinfo = await requestor.xhr({
  url: configuration.userInfoEndpoint,
  method: 'GET',
  dataType: 'json',
  headers: { Authorization: `Bearer ${second.accessToken}` },
});
const revoked = await tokens.performRevokeTokenRequest(
  configuration,
  new appauth.RevokeTokenRequest({ token: second.refreshToken, client_id }),
);
tell({
  sameState: state === request.state,
  tokenType: first.tokenType,
  scope: first.scope,
  rotated: first.refreshToken !== second.refreshToken,
  userinfo,
  revoked,
});
