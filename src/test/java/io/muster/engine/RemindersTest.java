package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.muster.notify.Channel;
import io.muster.notify.Links;
import io.muster.notify.TestChannels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

class RemindersTest extends EngineTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Autowired
    ProcessEngineConfigurationImpl engine;

    @Autowired
    JdbcTemplate database;

    private final List<JsonNode> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger answer = new AtomicInteger(204);
    private HttpServer receiver;
    private ProcessInstance run;

    @BeforeEach
    void aTaskWaitsAndAReceiverListens() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook/token", exchange -> {
            if (answer.get() == 204) {
                received.add(JSON.readTree(exchange.getRequestBody()));
            }
            exchange.sendResponseHeaders(answer.get(), -1);
            exchange.close();
        });
        receiver.start();
        String id = unique("waits");
        deploy(process(id)
                .startEvent()
                .userTask("approve-it")
                .name("Approve it")
                .camundaCandidateGroups("approvers")
                .endEvent()
                .done());
        run = start(id);
    }

    @AfterEach
    void end() {
        receiver.stop(0);
        runtime.deleteProcessInstance(run.getId(), "test");
    }

    private Reminders server() {
        Channel webhook =
                TestChannels.webhook("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook/token");
        return new Reminders(
                engine,
                database,
                List.of(webhook),
                new ReminderProperties(
                        List.of(Duration.ofHours(1), Duration.ofHours(8)), Duration.ofHours(24), Duration.ofMinutes(1)),
                new Links("https://muster.example.org/"),
                clock);
    }

    private List<JsonNode> ofTheRun() {
        return received.stream()
                .filter(it -> it.path("run").asText().equals(run.getId()))
                .toList();
    }

    @Test
    void eachStageIsToldOnceWhicheverServerLooks() {
        Reminders one = server();
        Reminders other = server();
        one.look();
        assertThat(ofTheRun()).isEmpty();
        for (Duration step : List.of(Duration.ofMinutes(61), Duration.ofHours(7), Duration.ofHours(16))) {
            clock.turn(step);
            one.look();
            other.look();
            one.look();
        }
        assertThat(ofTheRun())
                .extracting(it -> it.path("kind").asText())
                .containsExactly("reminder", "reminder", "escalation");
        JsonNode first = ofTheRun().get(0);
        assertThat(first.path("text").asText()).contains("Waiting: Approve it").contains("approvers");
        assertThat(first.path("groups").asText()).isEqualTo("approvers");
        String link = "https://muster.example.org/camunda/app/tasklist/default/#/?task="
                + first.path("task").asText();
        assertThat(first.path("url").asText()).isEqualTo(link);
        assertThat(first.path("text").asText()).contains(link);
        assertThat(ofTheRun()).extracting(it -> it.path("id").asText()).doesNotHaveDuplicates();
    }

    @Test
    void whatCouldNotBeSentIsSentTheNextTime() {
        clock.turn(Duration.ofHours(2));
        answer.set(503);
        server().look();
        assertThat(ofTheRun()).isEmpty();
        answer.set(204);
        server().look();
        assertThat(ofTheRun()).hasSize(1);
    }

    @Test
    void aServerThatWasAwaySendsOnlyTheLatest() {
        clock.turn(Duration.ofDays(3));
        server().look();
        assertThat(ofTheRun()).extracting(it -> it.path("kind").asText()).containsExactly("escalation");
    }

    @Test
    void whatIsDoneIsForgotten() {
        clock.turn(Duration.ofHours(2));
        server().look();
        String task = tasks.createTaskQuery()
                .processInstanceId(run.getId())
                .singleResult()
                .getId();
        assertThat(told(task)).isEqualTo(1);
        runtime.deleteProcessInstance(run.getId(), "test");
        server().look();
        assertThat(told(task)).isZero();
        run = start(runtimeKey());
    }

    private String runtimeKey() {
        return run.getProcessDefinitionId().split(":")[0];
    }

    private int told(String task) {
        return database.queryForObject(
                "select count(*) from act_ge_property where name_ like ?", Integer.class, "muster.told." + task + ".%");
    }
}
