// next-auth 4 with a provider of one's own, as its documents have it ("Using a custom provider").
import NextAuth from "next-auth";

export default NextAuth({
  secret: "only-for-this-test",
  providers: [{
    id: "qiao",
    name: "Qiao",
    type: "oauth",
    wellKnown: `${process.env.ISSUER}/.well-known/openid-configuration`,
    authorization: { params: { scope: "openid email profile" } },
    idToken: true,
    checks: ["pkce", "state"],
    clientId: process.env.CLIENT_ID,
    clientSecret: process.env.CLIENT_SECRET,
    profile: (profile) => ({ id: profile.sub, name: profile.name, email: profile.email, image: profile.picture }),
  }],
});
