package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Files in and out of containers, as tars, over the API. */
final class ArchiveCalls {
    private static final long GO_DIRECTORY = 1L << 31;
    private static final String STAT = "X-Docker-Container-Path-Stat";

    private final Containers containers;
    private final HostPaths paths;

    ArchiveCalls(Containers containers, HostPaths paths) {
        this.containers = containers;
        this.paths = paths;
    }

    void addTo(Routes routes) {
        routes.add("HEAD", "/containers/{}/archive", call -> {
            stat(call, files(call).existing(path(call)));
            call.empty(200);
        });
        routes.add("GET", "/containers/{}/archive", this::get);
        routes.add("PUT", "/containers/{}/archive", this::put);
    }

    private ContainerFiles files(Call call) {
        return new ContainerFiles(containers.require(call.path(1)), paths);
    }

    private static String path(Call call) {
        return call.query("path").orElseThrow(() -> EngineException.badRequest("bad parameter: path cannot be empty"));
    }

    private void get(Call call) throws IOException {
        Path file = files(call).existing(path(call));
        stat(call, file);
        String name = Path.of(path(call)).normalize().getFileName() == null
                ? "."
                : Path.of(path(call)).normalize().getFileName().toString();
        ContainerFiles.pack(file, name, call.stream("application/x-tar"));
        call.exchange().endExchange();
    }

    private void put(Call call) throws IOException {
        ContainerFiles.Place place = files(call).place(path(call));
        if (!Files.isDirectory(place.file(true))) {
            throw EngineException.notFound(
                    "Could not find the directory " + path(call) + " in container " + call.path(1));
        }
        LayerFiles.unpack(call.exchange().getInputStream(), place.root(), place.path());
        call.empty(200);
    }

    private static void stat(Call call, Path file) throws IOException {
        boolean directory = Files.isDirectory(file);
        ObjectNode stat = Json.object()
                .put("name", file.getFileName().toString())
                .put("size", Files.size(file))
                .put("mode", (directory ? GO_DIRECTORY : 0) | FileModes.get(file))
                .put("mtime", Files.getLastModifiedTime(file).toInstant().toString())
                .put("linkTarget", "");
        call.header(STAT, Base64.getEncoder().encodeToString(Json.bytes(stat)));
    }
}
