// simple-oauth2's authorization code, as its README has it.
import express from "express";
import { AuthorizationCode } from "simple-oauth2";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, PORT } = process.env;
const client = new AuthorizationCode({
  client: { id: CLIENT_ID, secret: CLIENT_SECRET },
  auth: { tokenHost: ISSUER, tokenPath: "/token", authorizePath: "/authorize" },
});
const scope = "openid profile offline_access";
const app = express();
let token, user;

app.get("/", (_, res) => res.send("home"));
app.get("/login", (_, res) =>
  res.redirect(client.authorizeURL({ redirect_uri: REDIRECT_URI, scope, state: "state" })));
app.get("/callback", async (req, res) => {
  token = await client.getToken({ code: req.query.code, redirect_uri: REDIRECT_URI, scope });
  const bearer = { authorization: `Bearer ${token.token.access_token}` };
  user = await (await fetch(`${ISSUER}/userinfo`, { headers: bearer })).json();
  res.redirect("/me");
});
app.get("/me", (_, res) => (user ? res.json(user) : res.sendStatus(401)));
app.get("/refresh", async (_, res) => {
  token = await token.refresh();
  res.json({ scope: token.token.scope });
});
app.listen(PORT, "127.0.0.1");
