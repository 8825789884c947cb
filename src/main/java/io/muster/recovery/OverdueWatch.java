package io.muster.recovery;

import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.inventory.Secrets;
import io.muster.journal.JournalDatabase;
import io.muster.notify.Channel;
import io.muster.notify.Channels;
import io.muster.notify.Links;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
 * Looks whose recovery should have been proven, whose restore tested and whose data backed up by now, and says it once for each moment
 * that it was due at: in the log, by the channels of notifications, and to a webhook of its own where one is set. Any of several
 * servers says it, one of them.
 */
@Component
public final class OverdueWatch implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(OverdueWatch.class);
    /** How long a claim that was not followed by success keeps others off: longer than any channel takes. */
    private static final Duration LEASE = Duration.ofMinutes(5);

    private static final String ALERT = "environment = ? and service = ? and what = ? and due_at = ? and channel = ?";

    private final Inventories inventories;
    private final Readiness readiness;
    private final JournalDatabase database;
    private final Clock clock;
    private final Duration period;
    private final List<Channel> channels;
    private final Links links;
    private volatile List<Overdue> last = List.of();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "overdue-watch");
        thread.setDaemon(true);
        return thread;
    });

    OverdueWatch(
            Inventories inventories,
            Readiness readiness,
            Secrets secrets,
            ObjectProvider<Channels> channels,
            @Qualifier("journalDataSource") DataSource source,
            ObjectProvider<Clock> clock,
            Links links,
            Environment settings) {
        this.inventories = inventories;
        this.readiness = readiness;
        this.database = new JournalDatabase(source);
        this.clock = clock.getIfAvailable(Clock::systemUTC);
        this.period = settings.getProperty("muster.drills.check-every", Duration.class, Duration.ofMinutes(10));
        this.links = links;
        this.channels = new ArrayList<>();
        channels.ifAvailable(configured -> this.channels.addAll(configured.all()));
        String own = settings.getProperty("muster.drills.alert-webhook", "");
        if (!own.isEmpty()) {
            this.channels.add(Channels.webhook("drills", own, "MUSTER_DRILLS_ALERT_WEBHOOK", secrets));
        }
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        timer.scheduleWithFixedDelay(this::guarded, 0, period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** As it was seen last. */
    public List<Overdue> overdue() {
        return last;
    }

    /** What of it is of one kind. */
    public List<Overdue> overdue(Overdue.What what) {
        return last.stream().filter(one -> one.what() == what).toList();
    }

    private void guarded() {
        try {
            check();
        } catch (RuntimeException e) {
            LOG.warn("What of recoveries is overdue could not be told, and is looked at again: {}", e.getMessage());
        }
    }

    /** Looks now. @return what is overdue */
    public List<Overdue> check() {
        List<Overdue> found = new ArrayList<>();
        for (Inventory.Environment environment :
                inventories.current().environments().values()) {
            Map<String, Readiness.Service> services = readiness.of(environment);
            services.forEach((name, service) -> {
                if (service.overdue()) {
                    found.add(new Overdue(
                            environment.name(), name, Overdue.What.DRILL, service.dueAt(), service.testsProve()));
                }
                if (service.restoreTests().overdue()) {
                    found.add(new Overdue(
                            environment.name(),
                            name,
                            Overdue.What.RESTORE_TEST,
                            service.restoreTests().dueAt(),
                            service.testsProve()));
                }
                if (service.backupOverdue()) {
                    found.add(new Overdue(
                            environment.name(),
                            name,
                            Overdue.What.BACKUP,
                            service.backupDueAt(),
                            service.testsProve()));
                }
            });
        }
        found.sort(Comparator.comparing(Overdue::name).thenComparing(Overdue::what));
        List<Overdue> before = last;
        last = List.copyOf(found);
        found.forEach(overdue -> say(overdue, before.contains(overdue)));
        return found;
    }

    /** @param still whether it was seen by the look before, too: what was deployed a moment ago never had anything yet */
    private void say(Overdue overdue, boolean still) {
        tell(overdue, "log", () -> LOG.warn(overdue.text()));
        if (overdue.dueAt().isEmpty() && !still) {
            return;
        }
        channels.forEach(channel -> tell(
                overdue,
                channel.name(),
                () -> channel.send(overdue.notification(links.start(overdue.environment(), overdue.service())))));
    }

    /**
     * Claimed first, so that one of several servers tells it, and given back when it was not told. What a server claimed that did
     * not live to tell it is another's after a while: where that had told it already, it is told twice rather than never.
     */
    private void tell(Overdue overdue, String channel, Runnable telling) {
        List<Object> alert = List.of(
                overdue.environment(),
                overdue.service(),
                overdue.what().name(),
                JdbcDrills.time(overdue.dueAt().orElse(Instant.EPOCH)),
                channel);
        OffsetDateTime now = JdbcDrills.time(clock.instant());
        if (!claimed(alert, now)) {
            return;
        }
        try {
            telling.run();
        } catch (RuntimeException e) {
            database.update(
                    "delete from overdue_alert where " + ALERT + " and claimed_at = ? and sent_at is null",
                    with(alert, now));
            // Only the message of what is foreseen is known to hold nothing secret.
            LOG.warn(
                    "Nobody was told by {} what of {} is overdue; it is tried again: {}",
                    channel,
                    overdue.name(),
                    e instanceof Channel.NotSent ? e.getMessage() : e.getClass().getName());
            return;
        }
        List<Object> sent = new ArrayList<>(List.of(now));
        sent.addAll(alert);
        database.update("update overdue_alert set sent_at = ? where " + ALERT, sent.toArray());
    }

    private boolean claimed(List<Object> alert, OffsetDateTime now) {
        return database.update(
                        """
                        insert into overdue_alert as a (environment, service, what, due_at, channel, claimed_at)
                        values (?, ?, ?, ?, ?, ?)
                        on conflict (environment, service, what, due_at, channel) do update set claimed_at = excluded.claimed_at
                        where a.sent_at is null and a.claimed_at <= ?""",
                        with(alert, now, now.minus(LEASE)))
                == 1;
    }

    private static Object[] with(List<Object> alert, Object... more) {
        return Stream.concat(alert.stream(), Stream.of(more)).toArray();
    }

    @Override
    public void destroy() {
        timer.shutdownNow();
    }
}
