package io.muster.sandbox.proxmox;

import java.util.List;
import java.util.Locale;

/** The filters of the list of tasks. */
final class TaskFilter {
    private final ApiRequest request;

    TaskFilter(ApiRequest request) {
        this.request = request;
    }

    boolean accepts(Tasks.Task task) {
        Upid upid = task.upid();
        return matches("vmid", upid.id())
                && matches("typefilter", upid.type())
                && request.parameter("userfilter").map(upid.user()::contains).orElse(true)
                && request.parameter("since")
                        .map(Long::parseLong)
                        .map(since -> upid.starttime() >= since)
                        .orElse(true)
                && request.parameter("until")
                        .map(Long::parseLong)
                        .map(until -> upid.starttime() <= until)
                        .orElse(true)
                && (!request.isSet("errors") || kind(task).equals("error"))
                && request.parameter("statusfilter")
                        .map(wanted -> isOneOf(wanted, kind(task)))
                        .orElse(true);
    }

    private boolean matches(String parameter, String value) {
        return request.parameter(parameter).map(value::equals).orElse(true);
    }

    private static boolean isOneOf(String wanted, String kind) {
        return List.of(wanted.toLowerCase(Locale.ROOT).split("[,; ]+")).contains(kind);
    }

    private static String kind(Tasks.Task task) {
        String status = task.status().orElse("");
        if (status.startsWith("WARNINGS: ")) {
            return "warning";
        }
        return switch (status) {
            case "OK" -> "ok";
            case "", TaskFiles.UNEXPECTED -> "unknown";
            default -> "error";
        };
    }
}
