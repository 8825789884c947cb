package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.muster.inventory.Inventory;
import io.muster.inventory.Placement;
import io.muster.journal.StepRun;
import io.muster.notify.Channel;
import io.muster.notify.Notification;
import io.muster.notify.TestChannels;
import io.muster.recovery.Drill;
import io.muster.recovery.Drills;
import io.muster.recovery.Overdue;
import io.muster.recovery.OverdueWatch;
import io.muster.recovery.Readiness;
import io.muster.recovery.RestoreTestSchedule;
import io.muster.recovery.ServiceStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** What should have been done by now: seen, and told once to whom it is to be told. */
class OverdueTest extends RecoveryServerTest {

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private HttpServer receiver;
    private volatile int status = 204;

    @BeforeEach
    void receive() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (status == 204) {
                told.add(exchange.getRequestURI().getPath() + " " + body);
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        receiver.start();
        channels.add(TestChannels.webhook(url("/notify")));
        stop();
        serve();
    }

    @AfterEach
    void end() {
        receiver.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + receiver.getAddress().getPort() + path;
    }

    private static List<String> look(AnnotationConfigApplicationContext server, String service) {
        return server.getBean(OverdueWatch.class).check().stream()
                .filter(overdue -> overdue.service().equals(service))
                .map(overdue -> overdue.what().name())
                .toList();
    }

    private List<String> look(String service) {
        return look(server, service);
    }

    private List<String> told(String service) {
        return told.stream()
                .filter(body -> body.contains("\"" + service + "\""))
                .toList();
    }

    @Test
    void whatIsOverdueIsToldOnceByEachChannelWhicheverServerSeesIt() {
        deploy("watched");
        back("watched", "a", Duration.ZERO);
        drill("watched", Drill.Kind.QUALIFICATION, true);
        assertThat(look("watched")).isEmpty();

        clock.turn(Duration.ofDays(30).minusSeconds(1));
        back("watched", "b", Duration.ZERO);
        drill("watched", Drill.Kind.RESTORE_TEST, true);
        assertThat(look("watched")).isEmpty();
        clock.turn(Duration.ofSeconds(2));
        assertThat(look("watched"))
                .as("a restore test is no full drill where tests have a schedule of their own")
                .containsExactly("DRILL");
        assertThat(look("watched")).containsExactly("DRILL");
        try (AnnotationConfigApplicationContext other = server(Map.of("muster.drills.alert-webhook", url("/own")))) {
            assertThat(look(other, "watched")).containsExactly("DRILL");
            assertThat(look(other, "watched")).containsExactly("DRILL");
        }
        assertThat(told("watched"))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith("/notify ")
                                .contains("should have been proven again by", "\"environment\":\"prod\"", "DRILL")
                                .contains("Start `service-qualification`")
                                .doesNotContain("`restore-test`"),
                        second -> assertThat(second).startsWith("/own ").contains("dueAt"));
        assertThat(server.getBean(OverdueWatch.class).overdue(Overdue.What.DRILL))
                .extracting(Overdue::name)
                .contains("prod/watched");

        drill("watched", Drill.Kind.QUALIFICATION, true);
        assertThat(look("watched")).isEmpty();
        clock.turn(Duration.ofDays(31));
        back("watched", "c", Duration.ZERO);
        look("watched");
        assertThat(told("watched"))
                .as("a moment later is another one")
                .anyMatch(body -> body.contains("RESTORE_TEST"))
                .filteredOn(body -> body.contains("DRILL"))
                .hasSize(3);
    }

    @Test
    void whoCannotBeToldIsToldLater() {
        deploy("unread");
        back("unread", "a", Duration.ZERO);
        drill("unread", Drill.Kind.QUALIFICATION, true);
        clock.turn(Duration.ofHours(41));
        status = 503;
        assertThat(look("unread")).containsExactly("BACKUP");
        assertThat(told("unread")).isEmpty();
        status = 204;
        look("unread");
        look("unread");
        assertThat(told("unread")).singleElement().asString().contains("BACKUP", "is too old since");
    }

    @Test
    void aTestThatShouldHaveRunIsOverdueADayAfterItWasDue() {
        deploy("drilled");
        back("drilled", "a", Duration.ZERO);
        drill("drilled", Drill.Kind.RESTORE_TEST, true);
        Readiness.Service now = readiness("drilled");
        assertThat(now.restoreTests().last()).contains(clock.instant());
        assertThat(now.restoreTests().dueAt()).contains(clock.instant().plus(Duration.ofDays(7)));
        assertThat(now.lastProven()).isPresent();
        assertThat(now.productionReadySince()).isEmpty();

        clock.turn(Duration.ofDays(8).minusSeconds(1));
        back("drilled", "b", Duration.ZERO);
        assertThat(readiness("drilled").restoreTests().overdue()).isFalse();
        clock.turn(Duration.ofSeconds(2));
        assertThat(readiness("drilled").restoreTests().overdue()).isTrue();
        drill("drilled", Drill.Kind.RESTORE_TEST, false);
        assertThat(readiness("drilled").restoreTests().overdue())
                .as("one that failed proves nothing")
                .isTrue();
        assertThat(readiness("drilled").restoreTests().failed()).contains("A record is missing.");
        clock.turn(Duration.ofSeconds(1));
        drill("drilled", Drill.Kind.RESTORE_TEST, true);
        assertThat(readiness("drilled").restoreTests().overdue()).isFalse();
        assertThat(readiness("drilled").restoreTests().failed()).isEmpty();
    }

    /** By a clock that was ahead. */
    @Test
    void whatWasProvenAtATimeToComeIsNotProven() {
        deploy("foreseen");
        back("foreseen", "a", Duration.ZERO);
        clock.turn(Duration.ofDays(10));
        proven("foreseen", Drill.Kind.QUALIFICATION, clock.instant().plus(Duration.ofDays(300)));
        proven("foreseen", Drill.Kind.RESTORE_TEST, clock.instant().plus(Duration.ofDays(300)));
        Readiness.Service now = readiness("foreseen");
        assertThat(now.lastProven()).isEmpty();
        assertThat(now.productionReadySince()).isEmpty();
        assertThat(now.trend()).isEmpty();
        assertThat(now.overdue()).isTrue();
        assertThat(now.restoreTests().last()).isEmpty();
        assertThat(now.restoreTests().overdue()).isTrue();
        Inventory.Environment prod = inventories.current().environment("prod").orElseThrow();
        assertThat(server.getBean(RestoreTestSchedule.class)
                        .due(prod, prod.services().get("foreseen")))
                .as("one is started")
                .isPresent();
    }

    private void proven(String service, Drill.Kind kind, Instant at) {
        String run = UUID.randomUUID().toString();
        Drills drills = server.getBean(Drills.class);
        drills.start(run, kind, "prod", service, Optional.of("1.0.0"), at);
        drills.end(run, true, "It passed.", at);
    }

    @Test
    void aWipedServiceIsRemovedAndNothingOfItIsOverdueUntilItIsDeployedAgain() {
        deploy("wiped");
        assertThat(readiness("wiped").status().state()).isEqualTo(ServiceStatus.State.RUNNING);
        assertThat(look("wiped")).containsExactly("BACKUP");

        String run = startAs(
                        "operator",
                        "service-wipe",
                        Map.of(
                                "environment", "prod",
                                "service", "wiped",
                                "backup", "latest",
                                "scope", "data",
                                "reason", "a drill"))
                .getId();
        StepRun failed = began(run, "wipeRemove", "wiped");
        stepJournal.fail(failed.id(), failed.epoch(), new StepRun.Failure("REJECTED", "Conflict", "Another one."));
        assertThat(readiness("wiped").status().state())
                .as("what is left of it is not known")
                .isEqualTo(ServiceStatus.State.UNHEALTHY);
        StepRun wiped = began(run, "wipeRemove", "wiped");
        stepJournal.succeed(wiped.id(), wiped.epoch(), "{}");
        ServiceStatus status = readiness("wiped").status();
        assertThat(status.state()).isEqualTo(ServiceStatus.State.REMOVED);
        assertThat(status.deployed()).isFalse();
        assertThat(status.seenAt()).isPresent();
        assertThat(look("wiped")).isEmpty();

        deploy("wiped");
        assertThat(readiness("wiped").status().state()).isEqualTo(ServiceStatus.State.RUNNING);
        assertThat(look("wiped")).containsExactly("BACKUP");
    }

    @Test
    void whereNothingMoreIsAllowedARestoreTestIsProofEnough() {
        deploy("guarded");
        back("guarded", "a", Duration.ZERO);
        assertThat(look("guarded")).containsExactly("DRILL");
        assertThat(told("guarded")).as("it was deployed a moment ago").isEmpty();
        look("guarded");
        assertThat(told("guarded")).singleElement().asString().contains("was never proven", "`restore-test`");
        drill("guarded", Drill.Kind.RESTORE_TEST, true);
        assertThat(look("guarded")).isEmpty();
        assertThat(readiness("guarded").dueAt()).contains(clock.instant().plus(Duration.ofDays(30)));
    }

    @Test
    void historyShowsTheNewestTheTrendAndWhetherItStillIsReady() {
        deploy("storied");
        String first = drill("storied", Drill.Kind.QUALIFICATION, true);
        for (int i = 0; i < 12; i++) {
            clock.turn(Duration.ofDays(1));
            drill("storied", Drill.Kind.RESTORE_TEST, true);
        }
        Readiness.Service after = readiness("storied");
        assertThat(after.productionReadySince()).as("not pushed out by tests").isPresent();
        assertThat(after.trend()).hasSize(11);
        assertThat(after.trend().get(0).runId()).isEqualTo(first);
        assertThat(after.trend()).extracting(Readiness.Point::at).isSorted();
        assertThat(after.lastProven()).contains(clock.instant());

        clock.turn(Duration.ofDays(1));
        String failed = drill("storied", Drill.Kind.QUALIFICATION, false);
        Readiness.Service now = readiness("storied");
        assertThat(now.productionReadySince()).as("the last one failed").isEmpty();
        assertThat(now.newest().orElseThrow().runId()).isEqualTo(failed);
        assertThat(now.newest().orElseThrow().state()).isEqualTo(Drill.State.FAILED);
        assertThat(now.lastProven()).contains(clock.instant().minus(Duration.ofDays(1)));

        clock.turn(Duration.ofDays(1));
        drill("storied", Drill.Kind.RESTORE_TEST, true);
        assertThat(readiness("storied").qualificationFailed())
                .as("a restore test mends nothing of it")
                .contains("A record is missing.");
        clock.turn(Duration.ofDays(1));
        drill("storied", Drill.Kind.QUALIFICATION, true);
        assertThat(readiness("storied").qualificationFailed()).isEmpty();
    }

    @Test
    void oneChannelThatFailsUnforeseenKeepsNothingElseFromBeingTold() {
        List<String> sent = new ArrayList<>();
        AtomicBoolean broken = new AtomicBoolean(true);
        channels.add(0, channel("broken", notification -> {
            if (broken.get()) {
                throw new IllegalStateException("https://hooks.test/s3cret");
            }
            sent.add(notification.title());
        }));
        stop();
        serve();
        deploy("halved");
        back("halved", "a", Duration.ZERO);
        drill("halved", Drill.Kind.QUALIFICATION, true);
        clock.turn(Duration.ofHours(41));
        look("halved");
        assertThat(told("halved")).singleElement().asString().contains("BACKUP");
        broken.set(false);
        look("halved");
        look("halved");
        assertThat(sent.stream().filter(title -> title.endsWith("halved")))
                .as("given back, and told then")
                .hasSize(1);
    }

    @Test
    void whatAServerDidNotLiveToTellIsToldByAnotherAndNotBeforeFiveMinutesHavePassed() {
        deploy("lost");
        back("lost", "a", Duration.ZERO);
        drill("lost", Drill.Kind.QUALIFICATION, true);
        clock.turn(Duration.ofHours(41));
        channels.add(channel("dies", notification -> {
            if (notification.title().endsWith("/lost")) {
                throw new Killed();
            }
        }));
        stop();
        serve();
        assertThatThrownBy(() -> look("lost")).isInstanceOf(Killed.class);
        List<String> sent = new ArrayList<>();
        channels.set(channels.size() - 1, channel("dies", notification -> sent.add(notification.title())));
        stop();
        serve();
        clock.turn(Duration.ofMinutes(5).minusSeconds(1));
        look("lost");
        assertThat(sent.stream().filter(title -> title.endsWith("/lost")))
                .as("it may be at it still")
                .isEmpty();
        clock.turn(Duration.ofSeconds(2));
        look("lost");
        look("lost");
        clock.turn(Duration.ofMinutes(6));
        look("lost");
        assertThat(sent.stream().filter(title -> title.endsWith("/lost"))).hasSize(1);
    }

    /** Nothing is done after it, as after SIGKILL. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static Channel channel(String name, Consumer<Notification> sending) {
        return new Channel() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void send(Notification notification) {
                sending.accept(notification);
            }
        };
    }

    @Test
    void theFirstRestoreTestIsOverdueAlsoWhereOldBackupsArePruned() {
        deploy("pruned");
        for (int hour = 0; hour < 60; hour++) {
            back("pruned", "h" + hour, Duration.ZERO);
            if (hour >= 12) {
                backups.removed("prod", "pruned", "h" + (hour - 12), clock.instant());
            }
            clock.turn(Duration.ofHours(1));
        }
        Instant first = clock.instant().minus(Duration.ofHours(60));
        assertThat(readiness("pruned").restoreTests().dueAt()).contains(first);
        assertThat(readiness("pruned").restoreTests().overdue()).isTrue();
        Inventory.Environment prod = inventories.current().environment("prod").orElseThrow();
        assertThat(server.getBean(RestoreTestSchedule.class)
                        .due(prod, prod.services().get("pruned"))
                        .orElseThrow()
                        .since())
                .isEqualTo(first);
        for (int hour = 48; hour < 60; hour++) {
            backups.removed("prod", "pruned", "h" + hour, clock.instant());
        }
        assertThat(readiness("pruned").restoreTests().dueAt())
                .as("there is nothing to test")
                .isEmpty();
    }

    @Test
    void aRetiredServiceIsAskedForNothing() {
        deploy("left");
        back("left", "a", Duration.ZERO);
        drill("left", Drill.Kind.QUALIFICATION, true);
        clock.turn(Duration.ofDays(1));
        drill("left", Drill.Kind.QUALIFICATION, false);
        drill("left", Drill.Kind.RESTORE_TEST, false);
        clock.turn(Duration.ofDays(40));
        Readiness.Service before = readiness("left");
        assertThat(before.dueAt()).isPresent();
        assertThat(before.restoreTests().dueAt()).isPresent();
        assertThat(before.restoreTests().failed()).isPresent();
        assertThat(before.qualificationFailed()).isPresent();
        placements.put(new Placement(
                "prod",
                "left",
                Placement.State.RETIRED,
                "apps-01",
                "core",
                Optional.empty(),
                Optional.of("new-01:/srv/archive"),
                "run-1",
                Instant.now().plusSeconds(60)));
        Readiness.Service after = readiness("left");
        assertThat(after.overdue()).isFalse();
        assertThat(after.dueAt()).isEmpty();
        assertThat(after.restoreTests().dueAt()).isEmpty();
        assertThat(after.restoreTests().failed()).isEmpty();
        assertThat(after.qualificationFailed()).isEmpty();
        assertThat(look("left")).isEmpty();
    }
}
