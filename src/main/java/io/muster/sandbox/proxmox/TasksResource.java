package io.muster.sandbox.proxmox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Tasks: list, status, log, cancel. Everybody sees their own, auditors of the node see all. */
final class TasksResource implements Resource {
    private static final int PAGE = 50;
    private static final ParameterType COUNT = ParameterType.integer(0, Integer.MAX_VALUE);
    private static final ParameterType SECONDS = ParameterType.integer(0, Long.MAX_VALUE);

    private final Site site;

    TasksResource(Site site) {
        this.site = site;
    }

    @Override
    public void enter(Router router) {
        Parameters page = Parameters.none().optional("start", COUNT).optional("limit", COUNT);
        Parameters filters = page.optional("errors", ParameterType.flag())
                .optional("since", SECONDS)
                .optional("until", SECONDS)
                .optional("source", ParameterType.oneOf("archive", "active", "all"))
                .optional("statusfilter", ParameterType.text())
                .optional("typefilter", ParameterType.text())
                .optional("userfilter", ParameterType.text())
                .optional("vmid", ParameterType.integer(100, 999_999_999));
        router.add("GET", "/nodes/{node}/tasks", filters, this::list);
        router.add("GET", "/nodes/{node}/tasks/{upid}/status", Parameters.none(), this::status);
        router.add("GET", "/nodes/{node}/tasks/{upid}/log", page, this::log);
        router.add("DELETE", "/nodes/{node}/tasks/{upid}", Parameters.none(), this::cancel);
    }

    private Object list(ApiRequest request) {
        String source = request.parameter("source").orElse("archive");
        Stream<Tasks.Task> active = source.equals("archive") ? Stream.of() : site.tasks().active().stream();
        Stream<Tasks.Task> ended = source.equals("active") ? Stream.of() : site.tasks().archive().stream();
        TaskFilter filter = new TaskFilter(request);
        List<Tasks.Task> found = Stream.concat(active, ended)
                .filter(task -> isVisible(request, task))
                .filter(filter::accepts)
                .toList();
        List<Map<String, Object>> page = found.stream()
                .skip(request.number("start", 0))
                .limit(request.number("limit", PAGE))
                .map(TasksResource::entry)
                .toList();
        return new Answer(page, Map.of("total", found.size()));
    }

    private Object status(ApiRequest request) {
        Tasks.Task task = visible(request, "Sys.Audit");
        Map<String, Object> status = description(task.upid());
        status.put("status", task.isRunning() ? "running" : "stopped");
        task.status().ifPresent(exit -> status.put("exitstatus", exit));
        return status;
    }

    private Object log(ApiRequest request) {
        List<String> lines = new ArrayList<>(site.tasks().log(visible(request, "Sys.Audit")));
        if (lines.isEmpty()) {
            lines.add("no content");
        }
        int start = Math.min(request.number("start", 0), lines.size());
        // A limit of 0 is no limit.
        int limit = request.number("limit", PAGE);
        int end = limit == 0 ? lines.size() : (int) Math.min((long) start + limit, lines.size());
        List<Map<String, Object>> page = IntStream.range(start, end)
                .mapToObj(index -> Map.<String, Object>of("n", index + 1, "t", lines.get(index)))
                .toList();
        return new Answer(page, Map.of("total", lines.size()));
    }

    private Object cancel(ApiRequest request) {
        site.tasks().cancel(visible(request, "Sys.Modify"));
        return null;
    }

    private Tasks.Task visible(ApiRequest request, String privilege) {
        Tasks.Task task = site.tasks().get(request.variable("upid"));
        if (!isOwner(request, task)) {
            request.require(site.path(), privilege);
        }
        return task;
    }

    private boolean isVisible(ApiRequest request, Tasks.Task task) {
        return isOwner(request, task) || request.token().allows(site.path(), "Sys.Audit");
    }

    private static boolean isOwner(ApiRequest request, Tasks.Task task) {
        return task.upid().user().equals(request.token().id());
    }

    private static Map<String, Object> entry(Tasks.Task task) {
        Map<String, Object> entry = description(task.upid());
        entry.put("status", task.status().orElse("RUNNING"));
        task.endTime().ifPresent(end -> entry.put("endtime", end));
        return entry;
    }

    private static Map<String, Object> description(Upid upid) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("upid", upid.toString());
        description.put("node", upid.node());
        description.put("pid", upid.pid());
        description.put("pstart", upid.pstart());
        description.put("starttime", upid.starttime());
        description.put("type", upid.type());
        description.put("id", upid.id());
        description.put("user", upid.owner());
        upid.tokenName().ifPresent(name -> description.put("tokenid", name));
        return description;
    }
}
