package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Volumes over the API. */
final class VolumeCalls {
    private final Volumes volumes;
    private final Containers containers;

    VolumeCalls(Volumes volumes, Containers containers) {
        this.volumes = volumes;
        this.containers = containers;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/volumes", this::list);
        routes.add("POST", "/volumes/create", this::create);
        routes.add(
                "GET",
                "/volumes/{}",
                call -> call.json(200, volumes.require(call.path(1)).json()));
        routes.add("DELETE", "/volumes/{}", this::remove);
    }

    private void list(Call call) {
        ArrayNode list = Json.array();
        for (Volumes.Volume volume : volumes.all()) {
            boolean unused = containers.users(volume.name()).isEmpty();
            boolean wanted = call.filter("name").stream().allMatch(volume.name()::contains)
                    && Call.matches(call.filter("label"), Json.map(volume.labels()))
                    && call.filter("dangling").stream().allMatch(value -> value.matches("1|true") == unused);
            if (wanted) {
                list.add(volume.json());
            }
        }
        ObjectNode answer = Json.object();
        answer.set("Volumes", list);
        answer.set("Warnings", Json.array());
        call.json(200, answer);
    }

    private void create(Call call) throws IOException {
        ObjectNode body = call.body();
        Optional<String> name =
                Optional.of(body.path("Name").asText("")).filter(text -> !text.isEmpty() && !text.equals("null"));
        Volumes.Volume volume = name.isPresent()
                ? volumes.create(name.get(), Json.objectAt(body, "Labels"))
                : volumes.createAnonymous();
        call.json(201, volume.json());
    }

    private void remove(Call call) throws IOException {
        String name = volumes.require(call.path(1)).name();
        List<String> users = containers.users(name);
        if (!users.isEmpty()) {
            throw EngineException.conflict("remove " + name + ": volume is in use - " + users);
        }
        volumes.remove(name);
        call.empty(204);
    }
}
