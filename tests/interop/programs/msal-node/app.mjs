// @azure/msal-node's ConfidentialClientApplication with another OpenID provider, as its documents have it.
import express from "express";
import { ConfidentialClientApplication, CryptoProvider } from "@azure/msal-node";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, SIGNED_OUT, PORT } = process.env;
const msal = new ConfidentialClientApplication({
  auth: {
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    authority: ISSUER,
    knownAuthorities: [new URL(ISSUER).host],
    protocolMode: "OIDC",
  },
  system: { protocolMode: "OIDC" },
});
const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
const scopes = ["openid", "profile", "offline_access"];
const app = express();
let told;

app.get("/", (_, res) => res.send("home"));
app.get("/login", async (_, res) =>
  res.redirect(await msal.getAuthCodeUrl({
    scopes, redirectUri: REDIRECT_URI, state: "state", codeChallenge: challenge, codeChallengeMethod: "S256",
  })));
app.get("/callback", async (req, res) => {
  told = await msal.acquireTokenByCode({
    code: req.query.code, scopes, redirectUri: REDIRECT_URI, codeVerifier: verifier,
  });
  res.redirect("/me");
});
app.get("/me", (_, res) => (told ? res.json(told.idTokenClaims) : res.sendStatus(401)));
app.get("/refresh", async (_, res) => {
  const again = await msal.acquireTokenSilent({ account: told.account, scopes, forceRefresh: true });
  res.json({ fromCache: again.fromCache });
});
app.listen(PORT, "127.0.0.1");
