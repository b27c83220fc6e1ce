// @hapi/bell with a provider of one's own, as its documents have it.
import Bell from "@hapi/bell";
import Hapi from "@hapi/hapi";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT, URL } = process.env;
const server = Hapi.server({ host: "127.0.0.1", port: PORT });
await server.register(Bell);
let known;

server.auth.strategy("qiao", "bell", {
  provider: {
    name: "qiao",
    protocol: "oauth2",
    auth: `${ISSUER}/authorize`,
    token: `${ISSUER}/token`,
    scope: ["openid", "profile", "email"],
    pkce: "S256",
    profile: async (credentials, params, get) => {
      credentials.profile = await get(`${ISSUER}/userinfo`);
    },
  },
  password: "cookie_encryption_password_secure",
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  isSecure: false,
  location: URL,
});
server.route([
  { method: "GET", path: "/", handler: () => "home" },
  {
    method: ["GET", "POST"],
    path: "/login",
    options: {
      auth: { strategy: "qiao", mode: "try" },
      handler: (request, h) => {
        if (!request.auth.isAuthenticated) {
          return h.response(request.auth.error.message).code(403);
        }
        known = request.auth.credentials.profile;
        return h.redirect("/me");
      },
    },
  },
  { method: "GET", path: "/me", handler: (_, h) => known ?? h.response("nobody").code(401) },
]);
await server.start();
