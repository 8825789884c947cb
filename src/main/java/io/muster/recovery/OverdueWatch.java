package io.muster.recovery;

import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import io.muster.journal.JournalDatabase;
import io.muster.notify.Links;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Looks whose recovery should have been proven by now, and says it once for each moment that it was due at: in the log, and to a
 * webhook where one is set. Any of several servers says it, one of them. Looks also whose newest backup is too old.
 */
@Component
public final class OverdueWatch implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(OverdueWatch.class);
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final Inventories inventories;
    private final Readiness readiness;
    private final Secrets secrets;
    private final JournalDatabase database;
    private final Clock clock;
    private final Duration period;
    private final String webhook;
    private final Links links;
    private volatile List<Overdue> last = List.of();
    private volatile List<String> backups = List.of();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "overdue-watch");
        thread.setDaemon(true);
        return thread;
    });

    /** @param dueAt empty where recovery was never proven */
    public record Overdue(String environment, String service, Optional<Instant> dueAt) {
        String text() {
            return "The recovery of " + environment + "/" + service
                    + dueAt.map(at -> " should have been proven again by " + at).orElse(" was never proven")
                    + ". Start `restore-test` or `service-qualification`.";
        }
    }

    OverdueWatch(
            Inventories inventories,
            Readiness readiness,
            Secrets secrets,
            @Qualifier("journalDataSource") DataSource source,
            ObjectProvider<Clock> clock,
            Links links,
            Environment settings) {
        this.inventories = inventories;
        this.readiness = readiness;
        this.secrets = secrets;
        this.database = new JournalDatabase(source);
        this.clock = clock.getIfAvailable(Clock::systemUTC);
        this.period = settings.getProperty("muster.drills.check-every", Duration.class, Duration.ofMinutes(10));
        this.links = links;
        this.webhook = settings.getProperty("muster.drills.alert-webhook", "");
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        timer.scheduleWithFixedDelay(this::guarded, 0, period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** As it was seen last. */
    public List<Overdue> overdue() {
        return last;
    }

    /** Services whose newest backup is too old, as it was seen last: {@code environment/service}. */
    public List<String> backupsOverdue() {
        return backups;
    }

    private void guarded() {
        try {
            check();
        } catch (RuntimeException e) {
            LOG.warn("Whose recovery is overdue could not be told, and is looked at again: {}", e.getMessage());
        }
    }

    /** Looks now. @return what is overdue */
    List<Overdue> check() {
        List<Overdue> found = new ArrayList<>();
        List<String> tooOld = new ArrayList<>();
        for (Inventory.Environment environment :
                inventories.current().environments().values()) {
            Map<String, Readiness.Service> services = readiness.of(environment);
            services.entrySet().stream()
                    .filter(entry -> entry.getValue().backupOverdue())
                    .map(entry -> environment.name() + "/" + entry.getKey())
                    .sorted()
                    .forEach(tooOld::add);
            services.entrySet().stream()
                    .filter(entry -> entry.getValue().overdue())
                    .map(entry -> new Overdue(
                            environment.name(), entry.getKey(), entry.getValue().dueAt()))
                    .sorted(java.util.Comparator.comparing(Overdue::service))
                    .forEach(found::add);
        }
        last = List.copyOf(found);
        tooOld.stream()
                .filter(name -> !backups.contains(name))
                .forEach(name -> LOG.warn("The newest backup of {} is too old, or there is none", name));
        backups = List.copyOf(tooOld);
        found.forEach(this::notice);
        return found;
    }

    private void notice(Overdue overdue) {
        Object[] key = {
            overdue.environment(),
            overdue.service(),
            JdbcDrills.time(overdue.dueAt().orElse(Instant.EPOCH))
        };
        int isNew = database.update(
                "insert into drill_overdue (environment, service, due_at, noticed_at) values (?, ?, ?, ?)"
                        + " on conflict do nothing",
                key[0],
                key[1],
                key[2],
                JdbcDrills.time(clock.instant()));
        if (isNew == 1) {
            LOG.warn(overdue.text());
        }
        if (!webhook.isEmpty()) {
            tell(overdue, key);
        }
    }

    /** Claimed first, so that one of several servers tells it; given back when it was not told. */
    private void tell(Overdue overdue, Object[] key) {
        String one = " where environment = ? and service = ? and due_at = ?";
        int mine = database.update(
                "update drill_overdue set told_at = ?" + one + " and told_at is null",
                JdbcDrills.time(clock.instant()),
                key[0],
                key[1],
                key[2]);
        if (mine == 1 && !sent(overdue)) {
            database.update("update drill_overdue set told_at = null" + one, key);
        }
    }

    /** The URL is in no message: it often is a secret itself. */
    private boolean sent(Overdue overdue) {
        try {
            String url = webhook.startsWith("secret:") ? secrets.resolve(SecretRef.parse(webhook)) : webhook;
            HttpResponse<Void> answer = HttpClient.newBuilder()
                    .connectTimeout(ANSWER)
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .timeout(ANSWER)
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(body(overdue)))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() / 100 == 2) {
                return true;
            }
            LOG.warn("The webhook for overdue recoveries answered {}; it is told again", answer.statusCode());
        } catch (IOException | IllegalArgumentException | Secrets.SecretMissing e) {
            LOG.warn(
                    "The webhook for overdue recoveries could not be called ({}); it is told again",
                    e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private String body(Overdue overdue) {
        String link = links.start(overdue.environment(), overdue.service());
        return new com.fasterxml.jackson.databind.ObjectMapper()
                .valueToTree(Map.of(
                        "text", overdue.text() + " " + link,
                        "url", link,
                        "environment", overdue.environment(),
                        "service", overdue.service(),
                        "dueAt", overdue.dueAt().map(Instant::toString).orElse("")))
                .toString();
    }

    @Override
    public void destroy() {
        timer.shutdownNow();
    }
}
