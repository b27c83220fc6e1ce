package interop;

import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.IdToken;
import io.quarkus.security.Authenticated;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** The code flow as Quarkus's guide has it: a page for somebody who is signed in. */
@Path("/")
public class Program {
    @Inject
    @IdToken
    JsonWebToken idToken;

    @Inject
    AccessTokenCredential accessToken;

    @GET
    @Path("/me")
    @Authenticated
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, String> me() {
        Map<String, String> told = new TreeMap<>();
        for (String name : idToken.getClaimNames()) {
            told.put(name, String.valueOf((Object) idToken.getClaim(name)));
        }
        return told;
    }

    @GET
    public String home() {
        return "home";
    }
}
