// openid-client's own Passport strategy in Express, as its examples have it.
import express from "express";
import session from "express-session";
import * as client from "openid-client";
import { Strategy } from "openid-client/passport";
import passport from "passport";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, SIGNED_OUT, PORT } = process.env;
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, {
  execute: [client.allowInsecureRequests],
});
const app = express();
app.use(session({ secret: "only-for-this-test", resave: false, saveUninitialized: true }));
app.use(passport.authenticate("session"));
const scope = "openid profile email offline_access";
passport.use("qiao", new Strategy({ config, scope, callbackURL: REDIRECT_URI }, (tokens, done) =>
  done(null, { claims: tokens.claims(), refresh: tokens.refresh_token, hint: tokens.id_token })));
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

app.get("/", (_, res) => res.send("home"));
app.get("/login", passport.authenticate("qiao"));
app.get("/callback", passport.authenticate("qiao", { successRedirect: "/me", failureMessage: true }));
app.get("/me", (req, res) => (req.user ? res.json(req.user.claims) : res.sendStatus(401)));
app.get("/refresh", async (req, res) => {
  const tokens = await client.refreshTokenGrant(config, req.user.refresh);
  res.json(tokens.claims());
});
app.get("/logout", (req, res) => {
  const { hint } = req.user;
  req.logout(() => res.redirect(client.buildEndSessionUrl(config, {
    id_token_hint: hint, post_logout_redirect_uri: SIGNED_OUT }).href));
});
app.listen(PORT, "127.0.0.1");
