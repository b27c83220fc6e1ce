// express-openid-connect with a client secret, as its examples have it.
import express from "express";
import oidc from "express-openid-connect";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, URL: baseURL, PORT, PASTED } = process.env;
const app = express();
app.use(oidc.auth({
  issuerBaseURL: ISSUER,
  baseURL,
  clientID: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  secret: "only-for-this-test-and-long-enough",
  authRequired: false,
  idpLogout: Boolean(PASTED),
  authorizationParams: { response_type: "code", scope: "openid profile email offline_access" },
}));
app.get("/", (_, res) => res.send("home"));
app.get("/me", (req, res) =>
  req.oidc.isAuthenticated() ? res.json(req.oidc.user) : res.sendStatus(401));
app.get("/refresh", async (req, res) => {
  const token = await req.oidc.accessToken.refresh();
  res.json({ expires: token.expires_in });
});
app.listen(PORT, "127.0.0.1");
