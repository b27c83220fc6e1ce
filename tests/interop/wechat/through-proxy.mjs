// Takes this process through a CONNECT proxy, as HTTPS_PROXY does for other languages: fetch by
// undici's own agent, node:https by one that opens the tunnel itself.
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';

setGlobalDispatcher(new EnvHttpProxyAgent());

https.globalAgent.createConnection = ({ host, port, servername }, connected) => {
  http
    .request(process.env.HTTPS_PROXY, { method: 'CONNECT', path: `${host}:${port}` })
    .on('connect', (_answer, socket) => {
      const secured = tls.connect({ socket, servername: servername || host }, () => connected(null, secured));
      secured.on('error', connected);
    })
    .on('error', connected)
    .end();
};
