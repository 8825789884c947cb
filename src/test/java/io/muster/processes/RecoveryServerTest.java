package io.muster.processes;

import io.muster.inventory.Inventories;
import io.muster.inventory.Placements;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.RunSearch;
import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import io.muster.notify.Channel;
import io.muster.notify.Channels;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.recovery.Drill;
import io.muster.recovery.Drills;
import io.muster.recovery.Readiness;
import io.muster.remote.TurnedClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** What a server knows of recoveries and does by itself, on the real engine and journal, with a clock that is turned. */
abstract class RecoveryServerTest extends RunbookTest {

    @Autowired
    ApplicationContext context;

    @Autowired
    StepJournal stepJournal;

    @Autowired
    Placements placements;

    @Autowired
    Inventories inventories;

    final List<Channel> channels = new ArrayList<>();
    final TurnedClock clock = new TurnedClock();
    AnnotationConfigApplicationContext server;
    Backups backups;

    @BeforeEach
    void serve() {
        server = server(Map.of());
        backups = server.getBean(Backups.class);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    AnnotationConfigApplicationContext server(Map<String, Object> settings) {
        AnnotationConfigApplicationContext another = new AnnotationConfigApplicationContext();
        // Its beans only: a parent context would hear that this one closes, and stop its own server.
        another.getDefaultListableBeanFactory().setParentBeanFactory(context.getAutowireCapableBeanFactory());
        another.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
        another.registerBean("turnedClock", Clock.class, () -> clock);
        another.registerBean("channels", Channels.class, () -> new Channels(channels));
        another.scan("io.muster.recovery", "io.muster.schedule");
        another.refresh();
        return another;
    }

    /** As if a run had deployed it. */
    void deploy(String service) {
        String run = startAs(
                        "operator",
                        "service-deployment",
                        Map.of("environment", "prod", "service", service, "version", "1.0.0", "reason", "test"))
                .getId();
        StepRun step = began(run, "dockerRun", "apps-01/" + service);
        stepJournal.succeed(step.id(), step.epoch(), "{}");
    }

    /** A step that a run of the runbook began, whose target is what the step says of itself. */
    StepRun began(String run, String step, String target) {
        return stepJournal.open(new StepJournal.NewStepRun(
                run, run, "job-" + UUID.randomUUID(), "run", "Run", step, target, "server", "{}"));
    }

    void back(String service, String id, Duration ago) {
        Instant at = clock.instant().minus(ago);
        backups.taken(
                Backup.taken("prod", service, id, "new-01", "/srv/x/" + id, 4, at, Duration.ofSeconds(1), "run-1"));
        backups.verified("prod", service, id, at, "run-1");
    }

    /** @return its run */
    String drill(String service, Drill.Kind kind, boolean passed) {
        String run = UUID.randomUUID().toString();
        Drills drills = server.getBean(Drills.class);
        drills.start(run, kind, "prod", service, Optional.of("1.0.0"), clock.instant());
        drills.end(run, passed, passed ? "It passed." : "A record is missing.", clock.instant());
        return run;
    }

    Readiness.Service readiness(String service) {
        return server.getBean(Readiness.class)
                .of(inventories.current().environment("prod").orElseThrow())
                .get(service);
    }

    /** The newest first. */
    List<RunRow> runs(String runbook, String service) {
        RunSearch search = new RunSearch(
                Optional.of(runbook),
                Optional.of("prod"),
                Optional.of(service),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
        return journal.runs(search, 100, 0).runs().stream()
                .map(RunSearch.Found::row)
                .toList();
    }

    static void ready(AnnotationConfigApplicationContext server) {
        server.publishEvent(new ApplicationReadyEvent(new SpringApplication(), new String[0], server, Duration.ZERO));
    }
}
