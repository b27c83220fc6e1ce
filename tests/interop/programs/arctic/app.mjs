// arctic's generic client, as its documents have it.
import * as arctic from "arctic";
import express from "express";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, PORT } = process.env;
const client = new arctic.OAuth2Client(CLIENT_ID, CLIENT_SECRET, REDIRECT_URI);
const app = express();
let state, verifier, tokens, claims;

app.get("/", (_, res) => res.send("home"));
app.get("/login", (_, res) => {
  state = arctic.generateState();
  verifier = arctic.generateCodeVerifier();
  const scopes = ["openid", "profile", "offline_access"];
  res.redirect(client.createAuthorizationURLWithPKCE(
    `${ISSUER}/authorize`, state, arctic.CodeChallengeMethod.S256, verifier, scopes).href);
});
app.get("/callback", async (req, res) => {
  if (req.query.state !== state) return res.sendStatus(400);
  tokens = await client.validateAuthorizationCode(`${ISSUER}/token`, req.query.code, verifier);
  claims = arctic.decodeIdToken(tokens.idToken());
  return res.redirect("/me");
});
app.get("/me", (_, res) => (claims ? res.json(claims) : res.sendStatus(401)));
app.get("/refresh", async (_, res) => {
  tokens = await client.refreshAccessToken(`${ISSUER}/token`, tokens.refreshToken(), []);
  res.json({ scopes: tokens.scopes() });
});
app.listen(PORT, "127.0.0.1");
