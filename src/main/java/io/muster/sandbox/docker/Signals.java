package io.muster.sandbox.docker;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Names of signals, as {@code kill} wants them. */
final class Signals {
    private static final Map<String, String> NUMBERS =
            Map.of("1", "HUP", "2", "INT", "3", "QUIT", "9", "KILL", "10", "USR1", "12", "USR2", "15", "TERM");
    private static final Set<String> NAMES = Set.of(
            "HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "STOP", "CONT", "WINCH", "ALRM", "PIPE", "ABRT");

    private Signals() {}

    /** From {@code SIGTERM}, {@code term} or {@code 15}: {@code TERM}. */
    static String name(String signal) {
        String name = signal.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
        name = NUMBERS.getOrDefault(name, name);
        if (!NAMES.contains(name)) {
            throw EngineException.badRequest("Invalid signal: " + signal);
        }
        return name;
    }
}
