// better-auth's generic OAuth plugin, as its documents have it, or with what Qiao says.
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { fromNodeHeaders, toNodeHandler } from "better-auth/node";
import { genericOAuth } from "better-auth/plugins";
import express from "express";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, URL: baseURL, PORT, PASTED } = process.env;
const documented = genericOAuth({
  config: [{
    providerId: "qiao",
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    discoveryUrl: `${ISSUER}/.well-known/openid-configuration`,
    scopes: ["openid", "profile", "email"],
    pkce: true,
  }],
});
const auth = betterAuth({
  baseURL,
  secret: "only-for-this-test-and-long-enough",
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  telemetry: { enabled: false },
  plugins: [PASTED ? Function("genericOAuth", `return ${PASTED}`)(genericOAuth) : documented],
});
const app = express();
app.get("/", (_, res) => res.send("home"));
app.all("/api/auth/{*rest}", toNodeHandler(auth));
app.get("/start", async (req, res) => {
  const asked = await auth.handler(new Request(`${baseURL}/api/auth/sign-in/social`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: baseURL },
    body: JSON.stringify({ provider: "qiao", callbackURL: "/me", errorCallbackURL: "/failed" }),
  }));
  res.setHeader("set-cookie", asked.headers.getSetCookie());
  res.redirect((await asked.json()).url);
});
app.get("/failed", (req, res) => res.status(403).json(req.query));
app.get("/me", async (req, res) => {
  const known = await auth.api.getSession({ headers: fromNodeHeaders(req.headers) });
  return known ? res.json({ sub: known.user.id, ...known.user }) : res.sendStatus(401);
});
app.get("/logout", async (req, res) => {
  const left = await auth.api.signOut({ headers: fromNodeHeaders(req.headers), asResponse: true });
  res.setHeader("set-cookie", left.headers.getSetCookie());
  res.redirect("/");
});
app.listen(PORT, "127.0.0.1");
