package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads what a container is to be given: {@code Binds}, {@code Mounts}, and the volumes of its image. */
final class Mounts {
    private final Volumes volumes;
    private final HostPaths paths;
    private final List<Mount> result = new ArrayList<>();

    private Mounts(Volumes volumes, HostPaths paths) {
        this.volumes = volumes;
        this.paths = paths;
    }

    /** Makes the volumes that are missing, as the real engine does. */
    static List<Mount> of(JsonNode config, JsonNode hostConfig, Volumes volumes, HostPaths paths) throws IOException {
        Mounts mounts = new Mounts(volumes, paths);
        for (String bind : Json.texts(hostConfig.path("Binds"))) {
            mounts.bind(bind);
        }
        for (JsonNode mount : hostConfig.path("Mounts")) {
            mounts.mount(mount);
        }
        Set<String> taken = new LinkedHashSet<>();
        for (Mount mount : mounts.result) {
            if (!taken.add(mount.target())) {
                throw EngineException.badRequest("Duplicate mount point: " + mount.target());
            }
        }
        for (String target : Json.keys(config.path("Volumes"))) {
            if (taken.add(target)) {
                mounts.volume("", target, false);
            }
        }
        return mounts.result;
    }

    private void bind(String bind) throws IOException {
        String[] parts = bind.split(":");
        if (parts.length < 2 || parts.length > 3 || !parts[1].startsWith("/") || parts[1].equals("/")) {
            throw EngineException.badRequest("invalid volume specification: '" + bind + "'");
        }
        boolean readOnly = parts.length == 3 && List.of(parts[2].split(",")).contains("ro");
        if (parts[0].startsWith("/")) {
            paths.create(parts[0]);
            result.add(Mount.bind(parts[0], parts[1], readOnly));
        } else {
            volume(parts[0], parts[1], readOnly);
        }
    }

    private void mount(JsonNode mount) throws IOException {
        String target = mount.path("Target").asText();
        boolean readOnly = mount.path("ReadOnly").asBoolean();
        if (!target.startsWith("/") || target.equals("/")) {
            throw EngineException.badRequest("invalid mount config: target '" + target + "' must be an absolute path");
        }
        switch (mount.path("Type").asText()) {
            case "bind" -> {
                paths.requireExisting(mount.path("Source").asText());
                result.add(Mount.bind(mount.path("Source").asText(), target, readOnly));
            }
            case "volume" -> volume(mount.path("Source").asText(""), target, readOnly);
            default -> throw EngineException.badRequest(
                    "mount type " + mount.path("Type") + " is not supported by this sandbox: use bind or volume");
        }
    }

    private void volume(String name, String target, boolean readOnly) throws IOException {
        boolean anonymous = name.isEmpty();
        Volumes.Volume volume = anonymous ? volumes.createAnonymous() : volumes.create(name, Json.object());
        result.add(new Mount(volume.name(), Volumes.path(volume.name()), target, readOnly, anonymous));
    }
}
