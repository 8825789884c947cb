package io.muster.sandbox.docker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which path and method goes where; the first that fits. */
final class Routes {
    private final List<Route> routes = new ArrayList<>();

    private record Route(String method, Pattern path, Action action) {}

    /** A route that fits, with the match of its path. */
    record Found(Action action, Matcher path) {}

    interface Action {
        void handle(Call call) throws IOException;
    }

    /** In the path, {@code {}} stands for one segment and {@code {*}} for several. */
    void add(String method, String path, Action action) {
        String pattern = path.replace("{*}", "(.+)").replace("{}", "([^/]+)");
        routes.add(new Route(method, Pattern.compile(pattern), action));
    }

    Optional<Found> find(String method, String path) {
        for (Route route : routes) {
            Matcher match = route.path().matcher(path);
            if (match.matches() && route.method().equals(method)) {
                return Optional.of(new Found(route.action(), match));
            }
        }
        return Optional.empty();
    }
}
