// grant with a provider of one's own, as its README has it, or with what Qiao says to paste.
import express from "express";
import session from "express-session";
import grant from "grant";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, URL: origin, PORT, PASTED } = process.env;
const documented = {
  oauth: 2,
  key: CLIENT_ID,
  secret: CLIENT_SECRET,
  authorize_url: `${ISSUER}/authorize`,
  access_url: `${ISSUER}/token`,
  scope: ["openid", "profile"],
};
const pasted = PASTED ? JSON.parse(`{${PASTED}}`).qiao : documented;
const app = express();
app.use(session({ secret: "only-for-this-test", resave: false, saveUninitialized: true }));
app.use(grant.express({
  defaults: { origin, transport: "session", state: true },
  qiao: { ...pasted, profile_url: `${ISSUER}/userinfo`, callback: "/me", response: ["tokens", "profile"] },
}));
app.get("/", (_, res) => res.send("home"));
app.get("/me", (req, res) => {
  const known = req.session.grant?.response;
  return known?.profile ? res.json(known.profile) : res.status(401).json(known ?? {});
});
app.listen(PORT, "127.0.0.1");
