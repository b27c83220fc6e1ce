package interop;

import io.quarkus.security.Authenticated;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Map;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** A service that takes bearer tokens, as Quarkus's guide has it. */
@Path("/")
public class Program {
    @Inject JsonWebToken token;

    @GET
    @Path("me")
    @Authenticated
    public Map<String, String> me() {
        return Map.of("sub", token.getSubject());
    }
}
