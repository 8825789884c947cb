package io.muster.storage;

import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The storage with an engine on it, and nothing else of Muster; also started as a process of its own. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(
        excludeName = {
            "org.camunda.bpm.spring.boot.starter.rest.CamundaBpmRestJerseyAutoConfiguration",
            "org.camunda.bpm.spring.boot.starter.webapp.CamundaBpmWebappAutoConfiguration"
        })
@Import({StorageConfiguration.class, JournalConfiguration.class})
class StorageApplication {

    /** Lives until it is ended: without a web server nothing else would keep it. */
    public static void main(String[] args) {
        SpringApplication application = application(WebApplicationType.NONE);
        application.setKeepAlive(true);
        application.run(args);
        System.out.println("started");
    }

    static ConfigurableApplicationContext start(String... properties) {
        List<String> arguments = new ArrayList<>(List.of("--spring.main.banner-mode=off"));
        List.of(properties).forEach(property -> arguments.add("--" + property));
        return application(WebApplicationType.NONE).run(arguments.toArray(String[]::new));
    }

    private static SpringApplication application(WebApplicationType type) {
        return new SpringApplicationBuilder(StorageApplication.class)
                .web(type)
                .properties("camunda.bpm.auto-deployment-enabled=false")
                .build();
    }

    @Bean
    Secrets secrets() {
        return new Secrets() {
            @Override
            public String resolve(SecretRef ref) {
                throw new SecretMissing(ref, "There are no secrets here");
            }

            @Override
            public Set<String> known() {
                return Set.of();
            }
        };
    }
}
