package io.muster.engine;

import io.muster.notify.Channel;
import io.muster.notify.Links;
import io.muster.notify.Notification;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.task.IdentityLink;
import org.camunda.bpm.engine.task.IdentityLinkType;
import org.camunda.bpm.engine.task.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * Tells people of tasks of runs that wait too long. Each reminder goes out once on each channel, whichever server looks: it is
 * claimed by a row of the engine's properties before it is sent, and given back when it could not be sent. A server that dies
 * in between loses that one reminder, not the next.
 */
final class Reminders {

    private static final Logger LOG = LoggerFactory.getLogger(Reminders.class);
    private static final String TOLD = "muster.told.";
    private static final String ESCALATION = "e";

    private final ProcessEngineConfigurationImpl engine;
    private final JdbcOperations database;
    private final List<Channel> channels;
    private final ReminderProperties times;
    private final Links links;
    private final Clock clock;

    Reminders(
            ProcessEngineConfigurationImpl engine,
            JdbcOperations database,
            List<Channel> channels,
            ReminderProperties times,
            Links links,
            Clock clock) {
        this.engine = engine;
        this.database = database;
        this.channels = List.copyOf(channels);
        this.times = times;
        this.links = links;
        this.clock = clock;
    }

    /** Looks once. What could not be sent is tried again the next time. */
    void look() {
        if (channels.isEmpty()) {
            return;
        }
        database.update(
                "delete from act_ge_property p where name_ like 'muster.told.%' and not exists (select from act_ru_task t"
                        + " where t.id_ = split_part(p.name_, '.', 3))");
        for (Task task : waiting()) {
            stage(task).ifPresent(stage -> channels.forEach(channel -> tell(task, stage, channel)));
        }
    }

    private List<Task> waiting() {
        Duration first = times.after().stream()
                .min(Duration::compareTo)
                .filter(it -> it.compareTo(times.escalateAfter()) < 0)
                .orElse(times.escalateAfter());
        return asEngine(() -> engine
                .getTaskService()
                .createTaskQuery()
                .taskCreatedBefore(Date.from(clock.instant().minus(first)))
                .active()
                .list()
                .stream()
                .filter(task -> task.getProcessInstanceId() != null)
                .toList());
    }

    /** The latest that is due: a server that was away does not send all that it missed. */
    private Optional<String> stage(Task task) {
        Duration waited = Duration.between(task.getCreateTime().toInstant(), clock.instant());
        if (waited.compareTo(times.escalateAfter()) >= 0) {
            return Optional.of(ESCALATION);
        }
        List<Duration> after = new ArrayList<>(times.after());
        after.sort(Duration::compareTo);
        long due = after.stream().filter(it -> waited.compareTo(it) >= 0).count();
        return due == 0 ? Optional.empty() : Optional.of("r" + due);
    }

    private void tell(Task task, String stage, Channel channel) {
        String claim = TOLD + task.getId() + "." + stage + channel.name().charAt(0);
        boolean mine = database.update(
                        "insert into act_ge_property (name_, value_, rev_) values (?, 'told', 1) on conflict do nothing",
                        claim)
                == 1;
        if (!mine) {
            return;
        }
        try {
            channel.send(notification(task, stage, claim));
        } catch (Channel.NotSent e) {
            database.update("delete from act_ge_property where name_ = ?", claim);
            LOG.warn("Nobody was told that task {} waits; it is tried again: {}", task.getId(), e.getMessage());
        }
    }

    private Notification notification(Task task, String stage, String id) {
        boolean escalation = stage.equals(ESCALATION);
        Map<String, String> facts = facts(task);
        Duration waited = Duration.between(task.getCreateTime().toInstant(), clock.instant());
        String title = (escalation ? "Escalation: " : "Waiting: ")
                + Optional.ofNullable(task.getName()).orElse(task.getTaskDefinitionKey()) + " (" + facts.get("runbook")
                + Optional.ofNullable(facts.get("service")).map(it -> ", " + it).orElse("") + ")";
        String text = "It waits since " + task.getCreateTime().toInstant() + " (" + waited.toHours() + " h), for "
                + Optional.ofNullable(task.getAssignee()).orElse(facts.get("groups")) + ". Tasklist: "
                + links.task(task.getId());
        return new Notification(id, escalation ? "escalation" : "reminder", title, text, facts, escalation);
    }

    private Map<String, String> facts(Task task) {
        return asEngine(() -> {
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put("task", task.getId());
            facts.put("url", links.task(task.getId()));
            facts.put("taskKey", task.getTaskDefinitionKey());
            facts.put("run", task.getProcessInstanceId());
            facts.put(
                    "runbook",
                    engine.getRepositoryService()
                            .getProcessDefinition(task.getProcessDefinitionId())
                            .getKey());
            for (String name : List.of("environment", "service")) {
                if (engine.getRuntimeService().getVariable(task.getExecutionId(), name) instanceof String value) {
                    facts.put(name, value);
                }
            }
            facts.put(
                    "groups",
                    String.join(
                            ", ",
                            engine.getTaskService().getIdentityLinksForTask(task.getId()).stream()
                                    .filter(link -> IdentityLinkType.CANDIDATE.equals(link.getType()))
                                    .map(IdentityLink::getGroupId)
                                    .filter(group -> group != null)
                                    .toList()));
            return facts;
        });
    }

    private <T> T asEngine(java.util.concurrent.Callable<T> read) {
        return engine.getCommandExecutorTxRequired().execute(context -> context.runWithoutAuthorization(read));
    }
}
