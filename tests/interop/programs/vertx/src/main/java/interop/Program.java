package interop;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.oauth2.OAuth2Auth;
import io.vertx.ext.auth.oauth2.OAuth2Options;
import io.vertx.ext.auth.oauth2.providers.OpenIDConnectAuth;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.OAuth2AuthHandler;
import io.vertx.ext.web.handler.SessionHandler;
import io.vertx.ext.web.sstore.LocalSessionStore;
import java.util.List;

/** Vert.x's handler for the code flow, as its documents have it; PASTED adds what they call PKCE. */
public class Program {
    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx();
        OAuth2Options options = new OAuth2Options()
            .setClientId(told("CLIENT_ID"))
            .setClientSecret(told("CLIENT_SECRET"))
            .setSite(told("ISSUER"));
        OpenIDConnectAuth.discover(vertx, options)
            .onSuccess(qiao -> serve(vertx, qiao))
            .onFailure(error -> {
                error.printStackTrace();
                System.exit(1);
            });
    }

    static void serve(Vertx vertx, OAuth2Auth qiao) {
        Router router = Router.router(vertx);
        router.route().handler(SessionHandler.create(LocalSessionStore.create(vertx)));
        OAuth2AuthHandler handler = OAuth2AuthHandler.create(vertx, qiao, told("REDIRECT_URI"))
            .withScopes(List.of("openid", "profile", "email", "offline_access"));
        if (!told("PASTED").isEmpty()) {
            handler.pkceVerifierLength(64);
        }
        handler.setupCallback(router.get("/callback"));
        router.get("/").handler(context -> context.end("home"));
        router.route().handler(handler);
        router.get("/me").handler(context -> qiao.userInfo(context.user())
            .onSuccess(context::json).onFailure(context::fail));
        router.get("/refresh").handler(context -> qiao.refresh(context.user())
            .onSuccess(user -> context.json(new JsonObject().put("sub", user.subject())))
            .onFailure(context::fail));
        vertx.createHttpServer().requestHandler(router)
            .listen(Integer.parseInt(told("PORT")), "127.0.0.1")
            .onFailure(Throwable::printStackTrace);
    }

    static String told(String name) {
        return System.getenv(name);
    }
}
