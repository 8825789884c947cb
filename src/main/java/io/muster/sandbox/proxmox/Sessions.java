package io.muster.sandbox.proxmox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Logins by password. They end after two hours, and with the server. Thread-safe. */
final class Sessions {

    private static final Duration LASTS = Duration.ofHours(2);
    private static final int BYTES = 32;

    /** A login: the ticket for the cookie, and what changes must carry beside it. */
    record Session(Account account, String ticket, String csrf, Instant since) {}

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> byTicket = new HashMap<>();
    private final List<Account> accounts;
    private final Clock clock;

    Sessions(List<Account> accounts, Clock clock) {
        this.accounts = List.copyOf(accounts);
        this.clock = clock;
    }

    /** Empty when there is no such user, or the password is another. */
    synchronized Optional<Session> open(String user, String password) {
        return accounts.stream()
                .filter(account -> account.user().equals(user) && same(account.password(), password))
                .findFirst()
                .map(account -> {
                    Instant now = clock.instant();
                    String time = String.format("%08X", now.getEpochSecond());
                    Session session = new Session(
                            account, "PVE:" + user + ":" + time + "::" + secret(), time + ":" + secret(), now);
                    byTicket.put(session.ticket(), session);
                    return session;
                });
    }

    synchronized Optional<Session> find(String ticket) {
        return Optional.ofNullable(byTicket.get(ticket))
                .filter(session -> clock.instant().isBefore(session.since().plus(LASTS)));
    }

    synchronized void endAll() {
        byTicket.clear();
    }

    private String secret() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static boolean same(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
