package io.muster.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
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
     * @throws Refused when the key was used for another request, or by somebody else; or when the runbook's rules or the caller's groups do not allow it; nothing was created then
     */
    public Started start(String runbook, Map<String, String> variables, String user, Optional<String> key) {
        return start(runbook, variables, user, key, Optional.of(digest(runbook, variables)));
    }

    /** @param request what a key stands for; empty: for whatever was started with it */
    private Started start(
            String runbook,
            Map<String, String> variables,
            String user,
            Optional<String> key,
            Optional<String> request) {
        Optional<Started> earlier = key.flatMap(given -> earlier(given, user, request));
        if (earlier.isPresent()) {
            return earlier.get();
        }
        try {
            return transaction.execute(status -> {
                Map<String, Object> values = new LinkedHashMap<>(variables);
                String run = runtime.startProcessInstanceByKey(runbook, values).getId();
                key.ifPresent(given -> remember(given, user, run, request));
                return new Started(run, false);
            });
        } catch (DuplicateKeyException e) {
            // Two requests with one key at the same moment: the other one's run it is, this one's was rolled back.
            return key.flatMap(given -> earlier(given, user, request)).orElseThrow(() -> e);
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
            // Each server words its reason by itself.
            return start(runbook, variables, user, Optional.of(key), Optional.empty());
        } finally {
            identity.clearAuthentication();
        }
    }

    private Optional<Started> earlier(String key, String user, Optional<String> request) {
        return database
                .query(
                        "select run_id, by, request from run_request where key = ?",
                        (row, n) -> {
                            String run = row.getString("run_id");
                            if (!row.getString("by").equals(user)) {
                                throw Refused.forbidden(
                                        "The key of this start was used by somebody else. Use a new one.");
                            }
                            String first = row.getString("request");
                            if (first != null
                                    && request.filter(now -> !now.equals(first)).isPresent()) {
                                throw Refused.conflict(
                                        "The key of this start was used for another runbook or other variables,"
                                                + " which started run " + run
                                                + ". Nothing was started now; use a new key.");
                            }
                            return new Started(run, true);
                        },
                        key)
                .stream()
                .findFirst();
    }

    private void remember(String key, String user, String run, Optional<String> request) {
        Instant now = clock.instant();
        database.update("delete from run_request where at < ?", Timestamp.from(now.minus(KEPT)));
        database.update(
                "insert into run_request (key, by, run_id, at, request) values (?, ?, ?, ?, ?)",
                key,
                user,
                run,
                Timestamp.from(now),
                request.orElse(null));
    }

    private static String digest(String runbook, Map<String, String> variables) {
        MessageDigest sha256 = sha256();
        Stream.concat(
                        Stream.of(runbook),
                        new TreeMap<>(variables)
                                .entrySet().stream().flatMap(entry -> Stream.of(entry.getKey(), "" + entry.getValue())))
                .forEach(part -> {
                    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                    sha256.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                    sha256.update(bytes);
                });
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
