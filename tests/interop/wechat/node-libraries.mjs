// Auth.js, better-auth and Logto's two connectors, in one process.
import './through-proxy.mjs';
import readline from 'node:readline';
import { Auth, skipCSRFCheck } from '@auth/core';
import WeChat from '@auth/core/providers/wechat';
import logtoNative from '@logto/connector-wechat-native';
import logtoWeb from '@logto/connector-wechat-web';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const heard = async () => JSON.parse((await lines.next()).value);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const ask = async (question) => (say(question), heard());
const back = async (url) => (await ask({ authorize: String(url) })).location;

const { website, official, mobile } = await heard();
const SITE = 'http://site.example';
const cookies = (answer) =>
  answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');

async function byAuthJs(app, platformType) {
  const provider = WeChat({ clientId: app.appid, clientSecret: app.secret, platformType, checks: ['none'] });
  const stateful = WeChat({ clientId: app.appid, clientSecret: app.secret, platformType });
  let profile;
  const config = (wechat) => ({
    secret: 'a'.repeat(40),
    trustHost: true,
    basePath: '/auth',
    providers: [wechat],
    skipCSRFCheck,
    logger: { error: (error) => console.log(error) },
    callbacks: { signIn: (told) => ((profile = told.profile), true) },
  });
  const through = async (wechat) => {
    const body = new URLSearchParams();
    const sent = await Auth(new Request(`${SITE}/auth/signin/wechat`, { method: 'POST', body }), config(wechat));
    const asked = sent.headers.get('location');
    const headers = { cookie: cookies(sent) };
    const landed = await back(asked);
    const answer = await Auth(new Request(landed, { headers }), config(wechat));
    return { asked, signedIn: cookies(answer).includes('session-token=') };
  };
  const { asked, signedIn } = await through(platformType === 'OfficialAccount' ? provider : stateful);
  const state = new URL(asked).searchParams.get('state') ?? '';
  return { openid: profile.openid, nickname: profile.nickname, signedIn, longState: state.length > 128 };
}

async function byBetterAuth() {
  const auth = betterAuth({
    baseURL: SITE,
    secret: 'a'.repeat(40),
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    socialProviders: { wechat: { clientId: website.appid, clientSecret: website.secret } },
    telemetry: { enabled: false },
  });
  const body = JSON.stringify({ provider: 'wechat', callbackURL: '/in' });
  const headers = { 'content-type': 'application/json', origin: SITE };
  const sent = await auth.handler(
    new Request(`${SITE}/api/auth/sign-in/social`, { method: 'POST', headers, body }),
  );
  const landed = await back((await sent.json()).url);
  const answer = await auth.handler(new Request(landed, { headers: { cookie: cookies(sent) } }));
  const session = await auth.api.getSession({ headers: new Headers({ cookie: cookies(answer) }) });
  const accounts = await auth.api.listUserAccounts({ headers: new Headers({ cookie: cookies(answer) }) });
  return { to: answer.headers.get('location'), nickname: session.user.name, id: accounts[0].accountId };
}

async function byLogto(make, app, mint) {
  const connector = await make({ getConfig: async () => ({ appId: app.appid, appSecret: app.secret }) });
  const asked = { state: 'abc', redirectUri: `${SITE}/callback/wechat` };
  const uri = await connector.getAuthorizationUri({ ...asked, connectorId: 'x', connectorFactoryId: 'x', jti: 'x', headers: {} }, async () => {});
  const code = mint ? await mint() : new URL(await back(uri)).searchParams.get('code');
  const { id, name } = await connector.getUserInfo({ code }, async () => ({}));
  const again = await connector.getUserInfo({ code }, async () => ({})).catch((error) => error.code);
  return { id, name, again };
}

const sendAuth = async () =>
  (await ask({ control: '/codes', body: { appid: mobile.appid, person: 'han-meimei' } })).code;

say({
  told: {
    authJsOfWebsites: await byAuthJs(website, 'WebsiteApp'),
    authJsOfAccounts: await byAuthJs(official, 'OfficialAccount'),
    betterAuth: await byBetterAuth(),
    logtoWeb: await byLogto(logtoWeb, website),
    logtoNative: await byLogto(logtoNative, mobile, sendAuth),
  },
});
process.exit(0);
