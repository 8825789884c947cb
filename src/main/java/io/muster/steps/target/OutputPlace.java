package io.muster.steps.target;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether a host has room for what a command prints while it runs ({@code sshCommand} and all that is built on it): where
 * there is none, nothing is started there.
 */
final class OutputPlace {

    /** The places in which one is looked for, by the nearest directory that is there; makes nothing. */
    static final String SCRIPT =
            """
            uid=$(id -u)
            for base in "$MUSTER_PLACE" "${HOME:+$HOME/.muster}" "/var/tmp/muster-$uid" "/tmp/muster-$uid" "${XDG_RUNTIME_DIR:+$XDG_RUNTIME_DIR/muster}"; do
              [ -n "$base" ] && [ ! -L "$base" ] || continue
              case $base in /*) ;; *) base=$PWD/$base ;; esac
              [ ! -e "$base" ] || { [ -d "$base" ] && [ -O "$base" ]; } || continue
              while [ ! -d "$base" ]; do base=${base%/*}; base=${base:-/}; done
              [ -w "$base" ] || continue
              printf 'place=%s\\t%s\\n' "$base" "$(LC_ALL=C df -Pk -- "$base" 2>/dev/null | sed 1d | tr '\\n' ' ')"
            done
            """;

    private static final String CHECK = "Space for the output of commands";

    /** What can be written at all: the first place where this much fits is taken, whatever else there is. */
    private static final long SOME_KIB = 8;

    /** Two streams with the output limit that a step has by default. */
    private static final long WANTED_KIB = 20 * 1024;

    private OutputPlace() {}

    /** @param placesKib what is free there, in the order in which they are tried */
    static Finding judge(String target, Map<String, Long> placesKib) {
        Optional<Map.Entry<String, Long>> taken = placesKib.entrySet().stream()
                .filter(place -> place.getValue() >= SOME_KIB)
                .findFirst();
        String wanted = "at least " + HostLook.size(WANTED_KIB);
        String found = taken.map(OutputPlace::text).orElse(none(placesKib));
        return taken.filter(place -> place.getValue() >= WANTED_KIB).isPresent()
                ? Finding.good(target, CHECK, found, wanted)
                : Finding.bad(
                        target,
                        CHECK,
                        found,
                        wanted,
                        "Free space there, or name another directory of the hosts with"
                                + " MUSTER_SSH_COMMAND_DIRECTORY. Without any, steps start no command there.");
    }

    private static String none(Map<String, Long> placesKib) {
        return placesKib.isEmpty()
                ? "no directory that can be written"
                : "none: "
                        + placesKib.entrySet().stream().map(OutputPlace::text).collect(Collectors.joining(", "));
    }

    private static String text(Map.Entry<String, Long> place) {
        return HostLook.size(place.getValue()) + " on " + place.getKey();
    }
}
