package io.muster.engine;

import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;

/** A real engine with its security and journal on a real database, with the steps of tests. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ComponentScan(
        basePackages = {"io.muster.engine", "io.muster.web.security", "io.muster.inventory", "io.muster.storage"},
        excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*(Test|StorageApplication).*"))
@Import({
    StepCatalogue.class,
    InputBinder.class,
    TestSteps.Asking.class,
    TestSteps.Repeating.class,
    TestSteps.Resuming.class,
    TestSteps.Waiting.class,
    TestSteps.Holding.class
})
public class TestServer {

    @Bean
    TestClock clock() {
        return new TestClock();
    }
}
