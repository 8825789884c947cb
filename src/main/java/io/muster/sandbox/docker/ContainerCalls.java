package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Containers over the API. */
final class ContainerCalls {
    private static final int GRACE_SECONDS = 10;

    private final Containers containers;
    private final EngineContext context;
    private final ContainerViews views;
    private final Patience patience;

    ContainerCalls(Containers containers, EngineContext context, Patience patience) {
        this.containers = containers;
        this.context = context;
        this.views = new ContainerViews(context.clock());
        this.patience = patience;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/containers/json", this::list);
        routes.add("POST", "/containers/create", this::create);
        routes.add("GET", "/containers/{}/json", call -> call.json(200, views.inspect(container(call))));
        routes.add("POST", "/containers/{}/start", call -> {
            container(call).start();
            call.empty(204);
        });
        routes.add("POST", "/containers/{}/stop", call -> {
            container(call).stop(grace(call));
            call.empty(204);
        });
        routes.add("POST", "/containers/{}/restart", call -> {
            container(call).restart(grace(call));
            call.empty(204);
        });
        routes.add("POST", "/containers/{}/kill", call -> {
            container(call).kill(call.query("signal").orElse("KILL"));
            call.empty(204);
        });
        routes.add("POST", "/containers/{}/rename", call -> {
            containers.rename(container(call), call.query("name").orElse(""));
            call.empty(204);
        });
        routes.add("POST", "/containers/{}/wait", this::await);
        routes.add("DELETE", "/containers/{}", call -> {
            containers.remove(container(call), call.flag("force"), call.flag("v"));
            call.empty(204);
        });
    }

    private Container container(Call call) {
        return containers.require(call.path(1));
    }

    private static Duration grace(Call call) {
        int seconds = call.number("t", GRACE_SECONDS);
        return seconds < 0 ? Duration.ofDays(1) : Duration.ofSeconds(seconds);
    }

    private void create(Call call) throws IOException {
        Container container = containers.create(call.query("name"), call.body());
        ArrayNode warnings = Json.array();
        ObjectNode hostConfig = container.definition().hostConfig();
        if (hostConfig.path("Memory").asLong() > 0
                || hostConfig.path("NanoCpus").asLong() > 0) {
            warnings.add("Limits of memory and CPU are recorded and reported, but not enforced by this sandbox");
        }
        if (hostConfig.path("ReadonlyRootfs").asBoolean()) {
            warnings.add("ReadonlyRootfs is recorded and reported, but not enforced by this sandbox");
        }
        ObjectNode answer = Json.object().put("Id", container.definition().id());
        answer.set("Warnings", warnings);
        call.json(201, answer);
    }

    private void list(Call call) {
        ArrayNode list = Json.array();
        int limit = call.number("limit", 0);
        boolean all = call.flag("all") || limit > 0 || !call.filter("status").isEmpty();
        for (Container container : containers.all()) {
            boolean running = container.state().running() || container.state().restartPending();
            if ((all || running) && matches(call, container) && (limit <= 0 || list.size() < limit)) {
                list.add(views.summary(container));
            }
        }
        call.json(200, list);
    }

    private boolean matches(Call call, Container container) {
        Definition definition = container.definition();
        Set<String> statuses = call.filter("status");
        Set<String> health = call.filter("health");
        return any(call.filter("name"), name -> named(definition.name(), name))
                && any(call.filter("id"), id -> definition.id().startsWith(id))
                && any(call.filter("ancestor"), image -> isOf(definition, image))
                && Call.matches(call.filter("label"), definition.labels())
                && (statuses.isEmpty() || statuses.contains(ContainerViews.status(container.state())))
                && (health.isEmpty()
                        || health.contains(
                                container.health().map(Health::status).orElse("none")));
    }

    private static boolean any(Set<String> wanted, Predicate<String> test) {
        return wanted.isEmpty() || wanted.stream().anyMatch(test);
    }

    /** The engine takes a regular expression that is found in the name, with or without its slash. */
    private static boolean named(String name, String wanted) {
        try {
            var pattern = Pattern.compile(wanted);
            return pattern.matcher(name).find() || pattern.matcher("/" + name).find();
        } catch (PatternSyntaxException e) {
            throw new EngineException(400, "invalid filter name=" + wanted + ": " + e.getMessage(), e);
        }
    }

    private boolean isOf(Definition definition, String image) {
        return definition.image().equals(image)
                || context.images()
                        .find(image)
                        .filter(found -> found.id().equals(definition.imageId()))
                        .isPresent();
    }

    /** The answer is JSON, which may begin with spaces: they show whether the client is still there. */
    private void await(Call call) throws IOException {
        Container container = container(call);
        String condition = call.query("condition").orElse("not-running");
        boolean next = condition.equals("next-exit");
        var startedAt = container.state().startedAt();
        OutputStream out = call.stream(Call.JSON);
        out.flush();
        patience.until(out, new byte[] {' '}, () -> {
            ContainerState state = container.state();
            boolean ended = !state.running() && !state.restartPending();
            return container.removed()
                    || !condition.equals("removed")
                            && ended
                            && (!next
                                    || state.finishedAt().isAfter(startedAt)
                                    || state.startedAt().isAfter(startedAt));
        });
        ObjectNode answer = Json.object().put("StatusCode", container.state().exitCode());
        out.write(Json.bytes(answer));
        call.exchange().endExchange();
    }
}
