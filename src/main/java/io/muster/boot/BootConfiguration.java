package io.muster.boot;

import io.muster.storage.StorageMode;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

@Configuration(proxyBeanMethods = false)
class BootConfiguration {

    @Bean
    static SandboxGate sandboxGate(ConfigurableEnvironment environment) {
        return new SandboxGate(environment);
    }

    @Bean
    static PortGate portGate(ConfigurableEnvironment environment) {
        return new PortGate(environment);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Welcome welcome(StorageMode mode, ConfigurableEnvironment environment) {
        return new Welcome(mode, environment);
    }
}
