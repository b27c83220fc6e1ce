package interop;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.core.user.OAuth2User;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Spring Security's OAuth 2.0 login and RP-initiated logout, as its documents have them. */
@SpringBootApplication
@RestController
public class Program {
    public static void main(String[] arguments) {
        SpringApplication.run(Program.class, arguments);
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http, ClientRegistrationRepository known) throws Exception {
        return http
            .authorizeHttpRequests(each -> each.requestMatchers("/").permitAll().anyRequest().authenticated())
            .oauth2Login(Customizer.withDefaults())
            .logout(each -> each.logoutSuccessHandler(new OidcClientInitiatedLogoutSuccessHandler(known)))
            .build();
    }

    @GetMapping("/")
    String home() {
        return "home";
    }

    @GetMapping("/me")
    Map<String, Object> me(@AuthenticationPrincipal OAuth2User user) {
        return user.getAttributes();
    }

    /** A page with the form that signs out: Spring wants a CSRF token with it. */
    @GetMapping(path = "/bye", produces = "text/html")
    String bye(CsrfToken token) {
        return "<form method=post action=/logout><input name=_csrf value='" + token.getToken() + "'></form>";
    }
}
