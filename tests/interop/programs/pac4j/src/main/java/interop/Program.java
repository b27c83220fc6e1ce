package interop;

import com.nimbusds.jose.util.JSONObjectUtils;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.pac4j.core.config.Config;
import org.pac4j.core.profile.ProfileManager;
import org.pac4j.jee.context.JEEContext;
import org.pac4j.jee.context.session.JEESessionStore;
import org.pac4j.jee.filter.CallbackFilter;
import org.pac4j.jee.filter.LogoutFilter;
import org.pac4j.jee.filter.SecurityFilter;
import org.pac4j.oidc.client.OidcClient;
import org.pac4j.oidc.config.OidcConfiguration;
import org.pac4j.oidc.profile.OidcProfile;

/** pac4j's OidcClient before one servlet, as its documents have it. */
public class Program {
    static final String URL = System.getenv("URL");

    public static void main(String[] arguments) throws Exception {
        OidcConfiguration settings = new OidcConfiguration();
        settings.setClientId(System.getenv("CLIENT_ID"));
        settings.setSecret(System.getenv("CLIENT_SECRET"));
        settings.setDiscoveryURI(System.getenv("ISSUER") + "/.well-known/openid-configuration");
        settings.setScope("openid profile email");
        Config config = new Config(URL + "/callback", new OidcClient(settings));

        LogoutFilter logout = new LogoutFilter(config, URL + "/");
        logout.setLogoutUrlPattern(".*");
        logout.setCentralLogout(true);
        ServletContextHandler pages = new ServletContextHandler(ServletContextHandler.SESSIONS);
        filter(pages, "/me", new SecurityFilter(config, "OidcClient"));
        filter(pages, "/callback", new CallbackFilter(config));
        filter(pages, "/logout", logout);
        pages.addServlet(new ServletHolder(new Page()), "/*");

        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(System.getenv("PORT")));
        server.addConnector(connector);
        server.setHandler(pages);
        server.start();
    }

    static void filter(ServletContextHandler pages, String path, Filter filter) {
        pages.addFilter(new FilterHolder(filter), path, EnumSet.of(DispatcherType.REQUEST));
    }

    /** What the program knows of somebody. */
    static class Page extends HttpServlet {
        @Override
        protected void doGet(HttpServletRequest asked, HttpServletResponse answer) throws IOException {
            if (!asked.getRequestURI().equals("/me")) {
                answer.getWriter().write("home");
                return;
            }
            ProfileManager manager =
                new ProfileManager(new JEEContext(asked, answer), new JEESessionStore());
            OidcProfile person = (OidcProfile) manager.getProfile().orElseThrow();
            Map<String, Object> told = new HashMap<>(Map.of("sub", person.getId()));
            for (String name : new String[] {"name", "preferred_username", "email"}) {
                told.put(name, person.getAttribute(name));
            }
            answer.setContentType("application/json");
            answer.getWriter().write(JSONObjectUtils.toJSONString(told));
        }
    }
}
