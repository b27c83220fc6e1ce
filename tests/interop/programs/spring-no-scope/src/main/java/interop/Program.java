package interop;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.user.OAuth2User;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What Spring Boot does by itself where there is a registration and nothing else. */
@SpringBootApplication
@RestController
public class Program {
    public static void main(String[] arguments) {
        SpringApplication.run(Program.class, arguments);
    }

    @GetMapping("/")
    String home() {
        return "home";
    }

    @GetMapping("/me")
    Map<String, Object> me(@AuthenticationPrincipal OAuth2User user) {
        return user.getAttributes();
    }
}
