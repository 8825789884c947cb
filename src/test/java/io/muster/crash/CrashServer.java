package io.muster.crash;

import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import io.muster.steps.Targets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.camunda.bpm.engine.ProcessEngine;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * A server without its web: finishes what an earlier life left, then starts the run that it was told and lets the fault
 * happen. Arguments are Spring properties.
 */
public final class CrashServer {

    /** In place of a fault: the server ends in order when it is ready. */
    static final String ENDS = "ends";

    private CrashServer() {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.camunda.bpm.spring.boot.starter.rest.CamundaBpmRestJerseyAutoConfiguration",
                "org.camunda.bpm.spring.boot.starter.webapp.CamundaBpmWebappAutoConfiguration"
            })
    @ComponentScan(
            basePackages = {
                "io.muster.engine",
                "io.muster.inventory",
                "io.muster.storage",
                "io.muster.remote",
                "io.muster.steps.ssh"
            },
            excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*(Test|StorageApplication).*"))
    @Import({InputBinder.class, StepCatalogue.class, Targets.class})
    static class Server {

        @Bean
        Clock clock(Environment environment) {
            return Clock.offset(Clock.systemUTC(), Duration.parse(environment.getProperty("crash.later", "PT0S")));
        }

        @Bean
        static FaultPoints faultPoints(Environment environment) {
            return new FaultPoints(environment.getProperty("crash.at", "none"));
        }
    }

    public static void main(String[] arguments) {
        ConfigurableApplicationContext server = new SpringApplicationBuilder(Server.class)
                .web(WebApplicationType.NONE)
                .run(arguments);
        ProcessEngine engine = server.getBean(ProcessEngine.class);
        Environment environment = server.getEnvironment();
        while (engine.getRuntimeService().createProcessInstanceQuery().count() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        if (environment.getProperty("crash.at", "").equals(ENDS)) {
            server.close();
            System.exit(0);
        }
        String run = environment.getProperty("crash.run", "");
        if (!run.isEmpty()) {
            if (engine.getRepositoryService().createProcessDefinitionQuery().count() == 0) {
                engine.getRepositoryService()
                        .createDeployment()
                        .addModelInstance(
                                "crash.bpmn", CrashRun.model(environment.getRequiredProperty("crash.effects")))
                        .deploy();
            }
            server.getBean(FaultPoints.class).arm();
            engine.getRuntimeService()
                    .startProcessInstanceByKey("crash", run, Map.of("environment", "crash", "run", run));
        }
        while (true) {
            LockSupport.park();
        }
    }
}
