package io.muster.inventory;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Checks of single values that a pattern cannot make. */
final class Formats {

    private Formats() {}

    static void url(Place place) {
        place.text().ifPresent(text -> {
            if (SecretLooks.value(text)) {
                place.problem("a URL must not hold a user name and password (not shown here); remove them.");
                return;
            }
            URI uri = parse(text);
            if (uri == null || uri.getHost() == null) {
                place.problem("'" + Shown.text(text) + "' is not a URL with a host; write http://host[:port]/path.");
            } else if (uri.getUserInfo() != null || uri.getFragment() != null) {
                place.problem("a URL must have no user name and no fragment ('#…'); remove it.");
            } else if (uri.getPort() != -1 && !Notation.isPort(uri.getPort())) {
                place.problem("'" + Shown.text(text) + "' has a port outside 1 to 65535.");
            }
        });
    }

    static void duration(Place place, boolean zeroAllowed) {
        place.text().ifPresent(text -> {
            try {
                if (Duration.parse(text).isZero() && !zeroAllowed) {
                    place.problem("'" + text + "' is no time at all; give more than zero.");
                }
            } catch (DateTimeParseException | ArithmeticException e) {
                place.problem("'" + Shown.text(text) + "' is not an ISO-8601 duration; write for example PT15M.");
            }
        });
    }

    /** {@code host:port}, where a port is given at all. */
    static void port(Place place) {
        place.text().flatMap(Formats::portProblem).ifPresent(place::problem);
    }

    static Optional<String> portProblem(String hostPort) {
        boolean wrong = hostPort.matches(".*:[0-9]+") && !Notation.isPort(Notation.portOf(hostPort));
        return wrong ? Optional.of("'" + Shown.text(hostPort) + "' has a port outside 1 to 65535.") : Optional.empty();
    }

    static void path(Place place) {
        place.text()
                .flatMap(text ->
                        Notation.pathProblem(text).map(problem -> "'" + Shown.text(text) + "' " + problem + "."))
                .ifPresent(place::problem);
    }

    private static URI parse(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
