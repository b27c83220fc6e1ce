#!/usr/bin/env bash
# One would guess that the WeChat provider of Auth.js signs people in inside WeChat as it is configured
# by default: platformType is OfficialAccount, and checks is ["state"]. The state that Auth.js sends is
# an encrypted token of more than 400 characters with dots and dashes, and the page that official
# accounts use takes at most 128 letters and digits. (Websites' page takes it.)
# Source: @auth/core providers/wechat.js and lib/actions/callback/oauth/checks.js; WeChat's page on web
# authorization: "state: a-zA-Z0-9, at most 128 bytes".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @auth/core@0.41.3 >/dev/null
cat > ask.mjs <<'JS'
import { Auth, skipCSRFCheck } from '@auth/core';
import WeChat from '@auth/core/providers/wechat';

const config = {
  secret: 'a'.repeat(40),
  trustHost: true,
  basePath: '/auth',
  skipCSRFCheck,
  providers: [WeChat({ clientId: 'wx0123456789abcdef', clientSecret: 'secret' })],
};
const request = new Request('https://site.example/auth/signin/wechat', {
  method: 'POST',
  body: new URLSearchParams(),
});
const url = new URL((await Auth(request, config)).headers.get('location'));
const state = url.searchParams.get('state');
console.log('asks', url.origin + url.pathname);
console.log('state:', state.length, 'characters,', state.replace(/[A-Za-z0-9]/g, '').length, 'of them neither letter nor digit');
JS
node -p '"@auth/core " + JSON.parse(require("fs").readFileSync("node_modules/@auth/core/package.json")).version'
node ask.mjs | tee seen
grep -q "^asks https://open.weixin.qq.com/connect/oauth2/authorize$" seen
grep -Eq "^state: [4-9][0-9]{2} characters, [1-9][0-9]* of them" seen
