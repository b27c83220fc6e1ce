package interop;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;

/** Nimbus's SDK, step by step as its examples have it, behind a small server. */
public class Program {
    static final ClientID ID = new ClientID(System.getenv("CLIENT_ID"));
    static final ClientAuthentication SECRET =
        new ClientSecretBasic(ID, new Secret(System.getenv("CLIENT_SECRET")));
    /** By itself it waits half a second for the keys. */
    static final DefaultResourceRetriever PATIENT = new DefaultResourceRetriever(10_000, 10_000);
    static final URI CALLBACK = URI.create(System.getenv("REDIRECT_URI"));
    static OIDCProviderMetadata provider;
    static State state;
    static Nonce nonce;
    static CodeVerifier verifier;
    static OIDCTokens tokens;
    static String claims;

    /** What answers at an address. */
    interface Page {
        String open(HttpExchange asked) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        provider = OIDCProviderMetadata.resolve(new Issuer(System.getenv("ISSUER")));
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        serve(server, "/", asked -> "home");
        serve(server, "/login", Program::login);
        serve(server, "/callback", Program::callback);
        serve(server, "/me", asked -> claims == null ? "401 nobody" : claims);
        serve(server, "/refresh", asked -> refresh());
        serve(server, "/logout", asked -> logout());
        server.start();
    }

    static String login(HttpExchange asked) {
        state = new State();
        nonce = new Nonce();
        verifier = new CodeVerifier();
        Scope scope = new Scope("openid", "profile", "email", "offline_access");
        AuthenticationRequest request =
            new AuthenticationRequest.Builder(new ResponseType("code"), scope, ID, CALLBACK)
                .endpointURI(provider.getAuthorizationEndpointURI())
                .state(state)
                .nonce(nonce)
                .codeChallenge(verifier, CodeChallengeMethod.S256)
                .build();
        return "302 " + request.toURI();
    }

    static String callback(HttpExchange asked) throws Exception {
        AuthenticationResponse response = AuthenticationResponseParser.parse(CALLBACK.resolve(asked.getRequestURI()));
        if (!response.indicatesSuccess()) {
            return "500 " + response.toErrorResponse().getErrorObject().toJSONObject();
        }
        if (!state.equals(response.getState())) {
            return "400 unexpected state";
        }
        AuthorizationCode code = response.toSuccessResponse().getAuthorizationCode();
        tokens = redeem(new AuthorizationCodeGrant(code, CALLBACK, verifier));
        JWT idToken = tokens.getIDToken();
        JWSAlgorithm algorithm = JWSAlgorithm.parse(idToken.getHeader().getAlgorithm().getName());
        URL keys = provider.getJWKSetURI().toURL();
        new IDTokenValidator(provider.getIssuer(), ID, algorithm, keys, PATIENT)
            .validate(idToken, nonce);
        HTTPResponse told =
            new UserInfoRequest(provider.getUserInfoEndpointURI(), tokens.getBearerAccessToken())
                .toHTTPRequest()
                .send();
        claims = UserInfoResponse.parse(told).toSuccessResponse().getUserInfo().toJSONString();
        return "302 /me";
    }

    static String refresh() throws Exception {
        RefreshToken token = tokens.getRefreshToken();
        tokens = redeem(new RefreshTokenGrant(token));
        return "refreshed";
    }

    static OIDCTokens redeem(AuthorizationGrant grant) throws Exception {
        TokenRequest request = new TokenRequest.Builder(provider.getTokenEndpointURI(), SECRET, grant).build();
        HTTPResponse answer = request.toHTTPRequest().send();
        if (!answer.indicatesSuccess()) {
            throw new IllegalStateException(answer.getBody());
        }
        return ((OIDCTokenResponse) OIDCTokenResponseParser.parse(answer)).getOIDCTokens();
    }

    static String logout() {
        URI bye = URI.create(System.getenv("SIGNED_OUT"));
        claims = null;
        LogoutRequest request =
            new LogoutRequest(provider.getEndSessionEndpointURI(), tokens.getIDToken(), bye, null);
        return "302 " + request.toURI();
    }

    static void serve(HttpServer server, String path, Page page) {
        server.createContext(path, asked -> {
            String told;
            try {
                told = page.open(asked);
            } catch (Exception error) {
                error.printStackTrace();
                told = "500 " + error;
            }
            int status = told.matches("[2345]\\d\\d .*") ? Integer.parseInt(told.substring(0, 3)) : 200;
            if (status == 302) {
                asked.getResponseHeaders().add("Location", told.substring(4));
            }
            byte[] body = told.getBytes();
            asked.sendResponseHeaders(status, body.length);
            asked.getResponseBody().write(body);
            asked.close();
        });
    }
}
