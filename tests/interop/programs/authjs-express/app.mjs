// Auth.js with a provider of one's own, as its documents have it.
import { ExpressAuth, getSession } from "@auth/express";
import express from "express";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT, PASTED } = process.env;
const documented = {
  id: "qiao", name: "Qiao", type: "oidc", issuer: ISSUER,
  clientId: CLIENT_ID, clientSecret: CLIENT_SECRET,
};
const config = {
  trustHost: true,
  secret: "only-for-this-test-and-long-enough",
  providers: [PASTED ? Function(`return ${PASTED.split(/^(?=\{ id)/m)[0]}`)() : documented],
  callbacks: {
    session: ({ session, token }) => ({ ...session, sub: token.sub }),
    jwt: ({ token, profile }) => (profile ? { ...token, sub: profile.sub } : token),
  },
};
const app = express();
app.get("/", (_, res) => res.send("home"));
app.get("/start", (_, res) => res.redirect("/api/auth/signin?callbackUrl=/me"));
app.use("/api/auth/*", ExpressAuth(config));
app.get("/me", async (req, res) => {
  const known = await getSession(req, config);
  return known ? res.json({ ...known.user, sub: known.sub }) : res.sendStatus(401);
});
app.listen(PORT, "127.0.0.1");
