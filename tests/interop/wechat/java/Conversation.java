import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Lines of JSON: what is asked of the person and the consoles, and what is told in the end. */
final class Conversation {
    private static final Gson GSON = new Gson();
    private static final BufferedReader IN =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private Conversation() {}

    static JsonObject heard() throws Exception {
        return GSON.fromJson(IN.readLine(), JsonObject.class);
    }

    static void say(Object message) {
        OUT.println(GSON.toJson(message));
    }

    static JsonObject control(String path, Map<String, ?> body) throws Exception {
        say(Map.of("control", path, "body", body));
        return heard();
    }

    static String code(JsonObject app, String kind) throws Exception {
        Map<String, String> body =
                Map.of("appid", text(app, "appid"), "person", "han-meimei", "kind", kind);
        return control("/codes", body).get("code").getAsString();
    }

    /** The parameter of the address that the browser is sent to once the person said yes. */
    static String back(String url, String parameter) throws Exception {
        say(Map.of("authorize", url));
        String query = URI.create(heard().get("location").getAsString()).getQuery();
        for (String each : query.split("&")) {
            if (each.startsWith(parameter + "=")) {
                return each.substring(parameter.length() + 1);
            }
        }
        return "";
    }

    static String text(JsonObject from, String name) {
        return from.get(name).getAsString();
    }
}
