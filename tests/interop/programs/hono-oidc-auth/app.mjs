// @hono/oidc-auth, as its README has it.
import { serve } from "@hono/node-server";
import { getAuth, oidcAuthMiddleware, processOAuthCallback, revokeSession } from "@hono/oidc-auth";
import { Hono } from "hono";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, PORT } = process.env;
Object.assign(process.env, {
  OIDC_AUTH_SECRET: "only-for-this-test-and-long-enough",
  OIDC_ISSUER: ISSUER,
  OIDC_CLIENT_ID: CLIENT_ID,
  OIDC_CLIENT_SECRET: CLIENT_SECRET,
  OIDC_REDIRECT_URI: REDIRECT_URI,
});
const app = new Hono();
app.get("/", (c) => c.text("home"));
app.get("/logout", async (c) => {
  await revokeSession(c);
  return c.redirect("/");
});
app.get("/callback", (c) => processOAuthCallback(c));
app.use("*", oidcAuthMiddleware());
app.get("/me", async (c) => c.json(await getAuth(c)));
serve({ fetch: app.fetch, port: Number(PORT), hostname: "127.0.0.1" });
