// @badgateway/oauth2-client's authorization code flow, as its README has it.
import express from "express";
import { OAuth2Client, generateCodeVerifier } from "@badgateway/oauth2-client";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, PORT } = process.env;
const client = new OAuth2Client({
  server: ISSUER,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  discoveryEndpoint: "/.well-known/oauth-authorization-server",
});
const codeVerifier = await generateCodeVerifier();
const app = express();
let token, user;

app.get("/", (_, res) => res.send("home"));
app.get("/login", async (_, res) =>
  res.redirect(await client.authorizationCode.getAuthorizeUri({
    redirectUri: REDIRECT_URI, state: "state", codeVerifier,
    scope: ["openid", "profile", "offline_access"],
  })));
app.get("/callback", async (req, res) => {
  const returned = new URL(req.originalUrl, REDIRECT_URI).href;
  token = await client.authorizationCode.getTokenFromCodeRedirect(
    returned, { redirectUri: REDIRECT_URI, state: "state", codeVerifier });
  const bearer = { authorization: `Bearer ${token.accessToken}` };
  user = await (await fetch(`${ISSUER}/userinfo`, { headers: bearer })).json();
  res.redirect("/me");
});
app.get("/me", (_, res) => (user ? res.json(user) : res.sendStatus(401)));
app.get("/refresh", async (_, res) => {
  token = await client.refreshToken(token);
  res.json({ expires: token.expiresAt });
});
app.listen(PORT, "127.0.0.1");
