// passport-openidconnect, as its README has it.
import express from "express";
import session from "express-session";
import passport from "passport";
import Strategy from "passport-openidconnect";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, PORT } = process.env;
const app = express();
app.use(session({ secret: "only-for-this-test", resave: false, saveUninitialized: true }));
app.use(passport.authenticate("session"));
passport.use(new Strategy({
  issuer: ISSUER,
  authorizationURL: `${ISSUER}/authorize`,
  tokenURL: `${ISSUER}/token`,
  userInfoURL: `${ISSUER}/userinfo`,
  clientID: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  callbackURL: REDIRECT_URI,
  scope: ["profile"],
  nonce: true,
}, (issuer, profile, done) => done(null, profile)));
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

app.get("/", (_, res) => res.send("home"));
app.get("/login", passport.authenticate("openidconnect"));
app.get("/callback", passport.authenticate("openidconnect", { successRedirect: "/me", failureRedirect: "/failed" }));
app.get("/failed", (req, res) => res.status(403).json(req.session.messages ?? {}));
app.get("/me", (req, res) =>
  req.user ? res.json({ sub: req.user.id, name: req.user.displayName }) : res.sendStatus(401));
app.get("/logout", (req, res) => req.logout(() => res.redirect("/")));
app.listen(PORT, "127.0.0.1");
