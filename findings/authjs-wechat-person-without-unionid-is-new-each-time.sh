#!/usr/bin/env bash
# One would guess that the WeChat provider of Auth.js knows a person again by the openid where WeChat gives
# no unionid, which is the case for every app that is not bound to an account of the Open Platform. It
# takes the unionid alone, and Auth.js makes up an account identifier where a profile has none: each
# sign-in of the same person is somebody new, with a row of its own where there is a database, and nothing
# is logged. With a unionid the same two sign-ins are one account.
# Source: @auth/core providers/wechat.js (profile) and lib/actions/callback/oauth/callback.js
# (providerAccountId); WeChat's page on UnionID (given once an app is bound to the Open Platform).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @auth/core@0.41.3 >/dev/null
cat > sign-in.mjs <<'JS'
import { Auth, skipCSRFCheck } from '@auth/core';
import WeChat from '@auth/core/providers/wechat';

async function signInTwice(person) {
  // WeChat's two answers, as its documents have them.
  globalThis.fetch = async (address) =>
    Response.json(
      String(address).includes('/sns/userinfo')
        ? { nickname: 'Li Lei', headimgurl: '', ...person }
        : { access_token: 'T', expires_in: 7200, refresh_token: 'R', scope: 'snsapi_login', ...person },
    );
  const accounts = [];
  const config = {
    secret: 'a'.repeat(40),
    trustHost: true,
    basePath: '/auth',
    skipCSRFCheck,
    providers: [WeChat({ clientId: 'wx0123456789abcdef', clientSecret: 's', platformType: 'WebsiteApp' })],
    callbacks: { signIn: ({ account }) => Boolean(accounts.push(account.providerAccountId)) },
  };
  for (let time = 0; time < 2; time++) {
    const begun = await Auth(
      new Request('https://site.example/auth/signin/wechat', { method: 'POST', body: new URLSearchParams() }),
      config,
    );
    const state = new URL(begun.headers.get('location')).searchParams.get('state');
    const cookie = begun.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
    const back = new URL('https://site.example/auth/callback/wechat');
    back.search = new URLSearchParams({ code: `code${time}`, state });
    await Auth(new Request(back, { headers: { cookie } }), config);
  }
  return accounts;
}

for (const [name, person] of [
  ['with unionid', { openid: 'openid-of-li-lei', unionid: 'unionid-of-li-lei' }],
  ['without unionid', { openid: 'openid-of-li-lei' }],
]) {
  const [first, second] = await signInTwice(person);
  console.log(`${name}: ${first === second ? 'one account' : 'two accounts'} (${first}, ${second})`);
}
JS
node -p '"@auth/core " + JSON.parse(require("fs").readFileSync("node_modules/@auth/core/package.json")).version'
node sign-in.mjs | tee seen
grep -q "^with unionid: one account (unionid-of-li-lei" seen
grep -q "^without unionid: two accounts (" seen
