// npm @modelcontextprotocol/client 2 and …/sdk 1: connects to a server, calls, refreshes, steps up.
import { browse, settings, tell } from './conversation.mjs';

const { Client, StreamableHTTPClientTransport, UnauthorizedError } =
  settings.library === 'client'
    ? await import('@modelcontextprotocol/client')
    : {
        ...(await import('@modelcontextprotocol/sdk/client/index.js')),
        ...(await import('@modelcontextprotocol/sdk/client/streamableHttp.js')),
        ...(await import('@modelcontextprotocol/sdk/client/auth.js')),
      };
const told = { asked: [], tokens: [] };
const REDIRECT = 'http://localhost:4712/callback';

/** Keeps everything in memory; the person's browser goes wherever it is sent. */
class Provider {
  kept = {};
  get redirectUrl() { return REDIRECT; }
  get clientMetadataUrl() { return settings.document; }
  get clientMetadata() {
    return {
      client_name: 'TypeScript',
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    };
  }
  clientInformation() { return this.kept.client; }
  saveClientInformation(client) { this.kept.client = client; told.client = client; }
  tokens() { return this.kept.tokens; }
  saveTokens(tokens) { this.kept.tokens = tokens; told.tokens.push(tokens); }
  saveCodeVerifier(verifier) { this.kept.verifier = verifier; }
  codeVerifier() { return this.kept.verifier; }
  saveDiscoveryState(state) { this.kept.discovery = state; }
  discoveryState() { return this.kept.discovery; }
  async redirectToAuthorization(url) {
    told.asked.push(Object.fromEntries(new URL(url).searchParams));
    this.landed = new URL(await browse(url));
  }
}

const provider = new Provider();

/** A client that is connected, or the same after the person has answered. */
const connected = async () => {
  for (let tries = 0; ; tries += 1) {
    const client = new Client({ name: 'toy', version: '1.0.0' });
    const transport = new StreamableHTTPClientTransport(new URL(settings.server), { authProvider: provider });
    try {
      await client.connect(transport);
      return client;
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || tries) throw error;
      await finish(transport);
    }
  }
};

const finish = (transport) => {
  const { searchParams } = provider.landed;
  return settings.library === 'client'
    ? transport.finishAuth(searchParams)
    : transport.finishAuth(searchParams.get('code'));
};

const add = async (client) =>
  (await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } })).content[0].text;

let client = await connected();
told.sum = await add(client);
if (settings.refresh) {
  const three = [client, await connected(), await connected()];
  provider.kept.tokens = { ...provider.kept.tokens, access_token: 'spoiled' };
  told.sums = await Promise.all(three.map(add));
}
if (settings.step_up) {
  const erase = () => client.callTool({ name: 'erase', arguments: {} });
  try {
    await erase();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await finish(client.transport);
    client = await connected();
    told.erased = (await erase()).content[0].text;
  }
}
tell(told);
process.exit();
