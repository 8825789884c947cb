package io.muster.engine;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Starts runs as whoever is authenticated, by the engine's rules; once for each key that comes with the request. */
@Component
public class RunStarts {

    static final Duration KEPT = Duration.ofDays(30);

    private final RuntimeService runtime;
    private final IdentityService identity;
    private final JdbcTemplate database;
    private final TransactionTemplate transaction;
    private final Clock clock;

    RunStarts(
            RuntimeService runtime,
            IdentityService identity,
            JdbcTemplate database,
            PlatformTransactionManager transactions,
            ObjectProvider<Clock> clock) {
        this.runtime = runtime;
        this.identity = identity;
        this.database = database;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock.getIfAvailable(Clock::systemUTC);
    }

    /** @param again whether an earlier request with this key had started it */
    public record Started(String run, boolean again) {}

    /**
     * @param key of the caller's choice; the same key starts nothing a second time, for 30 days
     * @throws Refused when the runbook's rules or the caller's groups do not allow it; nothing was created then
     */
    public Started start(String runbook, Map<String, String> variables, String user, Optional<String> key) {
        Optional<Started> earlier = key.flatMap(given -> earlier(given, user));
        if (earlier.isPresent()) {
            return earlier.get();
        }
        try {
            return transaction.execute(status -> {
                Map<String, Object> values = new LinkedHashMap<>(variables);
                String run = runtime.startProcessInstanceByKey(runbook, values).getId();
                key.ifPresent(given -> remember(given, user, run));
                return new Started(run, false);
            });
        } catch (DuplicateKeyException e) {
            // Two requests with one key at the same moment: the other one's run it is, this one's was rolled back.
            return key.flatMap(given -> earlier(given, user)).orElseThrow(() -> e);
        }
    }

    /**
     * Starts a run as Muster itself, under a name that is nobody's account, with the rights of an operator. Not for a thread
     * that works for somebody.
     *
     * @param user who is recorded as its starter
     */
    public Started startBySystem(String runbook, Map<String, String> variables, String user, String key) {
        identity.setAuthentication(user, List.of(Roles.OPERATORS), List.of());
        try {
            return start(runbook, variables, user, Optional.of(key));
        } finally {
            identity.clearAuthentication();
        }
    }

    private Optional<Started> earlier(String key, String user) {
        return database
                .query(
                        "select run_id, by from run_request where key = ?",
                        (row, n) -> {
                            if (!row.getString("by").equals(user)) {
                                throw Refused.forbidden(
                                        "The key of this start was used by somebody else. Use a new one.");
                            }
                            return new Started(row.getString("run_id"), true);
                        },
                        key)
                .stream()
                .findFirst();
    }

    private void remember(String key, String user, String run) {
        Instant now = clock.instant();
        database.update("delete from run_request where at < ?", Timestamp.from(now.minus(KEPT)));
        database.update(
                "insert into run_request (key, by, run_id, at) values (?, ?, ?, ?)",
                key,
                user,
                run,
                Timestamp.from(now));
    }
}
