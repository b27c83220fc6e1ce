// @fastify/oauth2 with discovery, as its README has it.
import oauth from "@fastify/oauth2";
import Fastify from "fastify";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, PORT } = process.env;
const app = Fastify();
await app.register(oauth, {
  name: "qiao",
  scope: ["openid", "profile", "offline_access"],
  credentials: { client: { id: CLIENT_ID, secret: CLIENT_SECRET } },
  startRedirectPath: "/login",
  callbackUri: REDIRECT_URI,
  discovery: { issuer: ISSUER },
});
let token, user;
app.get("/", () => "home");
app.get("/login/callback", async (request, reply) => {
  ({ token } = await app.qiao.getAccessTokenFromAuthorizationCodeFlow(request, reply));
  user = await app.qiao.userinfo(token.access_token);
  return reply.redirect("/me");
});
app.get("/me", (_, reply) => reply.code(user ? 200 : 401).send(user ?? {}));
app.get("/refresh", async () => {
  const renewed = await app.qiao.getNewAccessTokenUsingRefreshToken(token, {});
  return { scope: renewed.token.scope };
});
await app.listen({ port: PORT, host: "127.0.0.1" });
