// passport-oauth2, as its README has it, with the options `pkce` and `state` of its documents.
import express from "express";
import session from "express-session";
import passport from "passport";
import OAuth2Strategy from "passport-oauth2";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, PORT } = process.env;
const app = express();
app.use(session({ secret: "only-for-this-test", resave: false, saveUninitialized: true }));
app.use(passport.authenticate("session"));
const strategy = new OAuth2Strategy({
  authorizationURL: `${ISSUER}/authorize`,
  tokenURL: `${ISSUER}/token`,
  clientID: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  callbackURL: REDIRECT_URI,
  scope: ["openid", "profile"],
  pkce: true,
  state: true,
}, (accessToken, refreshToken, profile, done) => done(null, profile));
strategy.userProfile = (token, done) =>
  fetch(`${ISSUER}/userinfo`, { headers: { authorization: `Bearer ${token}` } })
    .then((answer) => answer.json()).then((told) => done(null, told), done);
passport.use(strategy);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

app.get("/", (_, res) => res.send("home"));
app.get("/login", passport.authenticate("oauth2"));
app.get("/callback", passport.authenticate("oauth2", { successRedirect: "/me", failureRedirect: "/failed" }));
app.get("/failed", (_, res) => res.sendStatus(403));
app.get("/me", (req, res) => (req.user ? res.json(req.user) : res.sendStatus(401)));
app.listen(PORT, "127.0.0.1");
