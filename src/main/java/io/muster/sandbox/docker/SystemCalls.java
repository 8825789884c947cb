package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What the engine says about itself. */
final class SystemCalls {
    private static final String VERSION = "27.3.1-sandbox";

    private final EngineContext context;
    private final Containers containers;

    SystemCalls(EngineContext context, Containers containers) {
        this.context = context;
        this.containers = containers;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/_ping", this::ping);
        routes.add("HEAD", "/_ping", this::ping);
        routes.add("GET", "/version", this::version);
        routes.add("GET", "/info", this::info);
    }

    private void ping(Call call) throws IOException {
        call.header("Ostype", "linux");
        call.header("Docker-Experimental", "false");
        call.header("Builder-Version", "1");
        call.header("Server", "Docker/" + VERSION + " (linux)");
        call.header("Cache-Control", "no-cache, no-store, must-revalidate");
        if (call.exchange().getRequestMethod().toString().equals("HEAD")) {
            call.empty(200);
            return;
        }
        call.stream("text/plain; charset=utf-8").write(new byte[] {'O', 'K'});
        call.exchange().endExchange();
    }

    private void version(Call call) {
        ObjectNode version = Json.object();
        version.set("Platform", Json.object().put("Name", "Muster sandbox"));
        version.put("Version", VERSION)
                .put("ApiVersion", "1." + EngineApi.NEWEST)
                .put("MinAPIVersion", "1." + EngineApi.OLDEST)
                .put("GitCommit", "none")
                .put("GoVersion", "none")
                .put("Os", "linux")
                .put("Arch", System.getProperty("os.arch"))
                .put("KernelVersion", System.getProperty("os.version"));
        version.set("Components", Json.array());
        call.json(200, version);
    }

    private void info(Call call) {
        Map<ContainerState.Status, Long> counts = containers.counts();
        long running = counts.getOrDefault(ContainerState.Status.RUNNING, 0L);
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        ObjectNode info = Json.object()
                .put("ID", context.host().name())
                .put("Name", context.host().name())
                .put("Containers", all)
                .put("ContainersRunning", running)
                .put("ContainersPaused", 0)
                .put("ContainersStopped", all - running)
                .put("Images", context.images().all().size())
                .put("Driver", "sandbox")
                .put("DockerRootDir", DockerEngine.DATA)
                .put("OSType", "linux")
                .put("OperatingSystem", "Muster sandbox")
                .put("Architecture", System.getProperty("os.arch"))
                .put("KernelVersion", System.getProperty("os.version"))
                .put("NCPU", Runtime.getRuntime().availableProcessors())
                .put("ServerVersion", VERSION)
                .put("SystemTime", context.clock().instant().toString())
                .put("MemoryLimit", false)
                .put("LiveRestoreEnabled", true);
        info.set(
                "Warnings",
                Json.array(List.of("WARNING: limits of memory and CPU are recorded and reported, but not enforced")));
        call.json(200, info);
    }
}
