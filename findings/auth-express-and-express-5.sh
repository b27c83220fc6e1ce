#!/usr/bin/env bash
# One would guess that @auth/express 0.12.3, whose peer dependency is "express ^4.18.2 || ^5.0.0", is
# mounted in Express 5 as everything else is, at "/auth/*splat". Every action is answered 400 then: it
# takes its base path from req.params[0], and a wildcard of Express 5 has a name and no number. Written
# as a regular expression with a group, which has a number, the same route works.
# Source: @auth/express/index.js (getBasePath), Express's "Migrating to Express 5" (path route matching).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' >package.json
npm install --silent --no-audit --no-fund @auth/express@0.12.3 @auth/core@0.41.3 express@5.1.0
cat >look.mjs <<'NODE'
import { ExpressAuth } from "@auth/express";
import express from "express";

const provider = {
  id: "ours", name: "Ours", type: "oidc", issuer: "https://login.example.com",
  clientId: "id", clientSecret: "secret",
};
for (const path of ["/auth/*splat", "/auth/{*splat}", /^\/auth\/(.*)/]) {
  const app = express();
  const config = { trustHost: true, secret: "s".repeat(32), providers: [provider], logger: { error() {} } };
  app.use(path, ExpressAuth(config));
  const server = app.listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/auth/providers`);
  console.log(String(path), answer.status, config.basePath);
  server.close();
}
NODE
node look.mjs | tee seen
grep -qF '/auth/*splat 400 /auth/providers' seen
grep -qF '/auth/{*splat} 400 /auth/providers' seen
grep -qF '/^\/auth\/(.*)/ 200 /auth' seen
