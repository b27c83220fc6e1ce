// openid-client 5, as the README of that version has it.
import express from "express";
import { Issuer, generators } from "openid-client";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, SIGNED_OUT, PORT } = process.env;
const issuer = await Issuer.discover(ISSUER);
const client = new issuer.Client({
  client_id: CLIENT_ID,
  client_secret: CLIENT_SECRET,
  redirect_uris: [REDIRECT_URI],
  response_types: ["code"],
});
const code_verifier = generators.codeVerifier();
const app = express();
let tokens, user;

app.get("/", (_, res) => res.send("home"));
app.get("/login", (_, res) =>
  res.redirect(client.authorizationUrl({
    scope: "openid email profile offline_access",
    code_challenge: generators.codeChallenge(code_verifier),
    code_challenge_method: "S256",
  })));
app.get("/callback", async (req, res) => {
  tokens = await client.callback(REDIRECT_URI, client.callbackParams(req), { code_verifier });
  user = await client.userinfo(tokens);
  res.redirect("/me");
});
app.get("/me", (_, res) => (user ? res.json(user) : res.sendStatus(401)));
app.get("/refresh", async (_, res) => {
  tokens = await client.refresh(tokens);
  res.json(tokens.claims());
});
app.get("/logout", (_, res) => {
  user = undefined;
  res.redirect(client.endSessionUrl({ id_token_hint: tokens, post_logout_redirect_uri: SIGNED_OUT }));
});
app.listen(PORT, "127.0.0.1");
