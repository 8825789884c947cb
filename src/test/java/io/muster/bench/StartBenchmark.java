package io.muster.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long the packaged server takes to be ready with data from before, and what it holds in memory when it rests. */
class StartBenchmark {

    private static final int STARTS = Integer.getInteger("bench.starts", 5);
    private static final int REST_SECONDS = Integer.getInteger("bench.rest", 60);
    private static final Path DIRECTORY = Path.of("target", "bench", "start").toAbsolutePath();

    /** What the log says when a part of the start is done, in the order in which that happens. */
    private static final Map<String, String> PARTS = parts();

    private static Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("JVM and Spring Boot begin", "Starting MusterApplication");
        parts.put("sandbox ready", "Sandbox in ");
        parts.put("PostgreSQL runs", "PostgreSQL runs on port");
        parts.put("engine created", "ENGINE-00001");
        parts.put("runbooks deployed", "Runbooks from ");
        parts.put("ready", "Muster is ready");
        return parts;
    }

    @Test
    void readyWithDataFromBefore() throws IOException, InterruptedException {
        double firstMuster;
        double firstBare;
        try (ServerProcess server = ServerProcess.muster(DIRECTORY.resolve("muster"))) {
            firstMuster = server.readySeconds();
        }
        try (ServerProcess server = ServerProcess.bare(DIRECTORY.resolve("bare"))) {
            firstBare = server.readySeconds();
        }
        List<Double> muster = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        Map<String, List<Double>> parts = new LinkedHashMap<>();
        for (int i = 0; i < STARTS; i++) {
            try (ServerProcess server = ServerProcess.bare(DIRECTORY.resolve("bare"))) {
                bare.add(server.readySeconds());
            }
            try (ServerProcess server = ServerProcess.muster(DIRECTORY.resolve("muster"))) {
                muster.add(server.readySeconds());
                for (Map.Entry<String, String> part : PARTS.entrySet()) {
                    server.secondsTo(part.getValue())
                            .ifPresent(seconds -> parts.computeIfAbsent(part.getKey(), key -> new ArrayList<>())
                                    .add(seconds));
                }
            }
            ratios.add(muster.get(i) / bare.get(i));
        }
        Figures figures = new Figures("start", "start", "seconds until UP, median (min–max)");
        figures.row("Muster with its sandbox, with data", Figures.of(muster, 1));
        figures.row("Spring Boot, Camunda web apps, PostgreSQL, with data", Figures.of(bare, 1));
        figures.row("times the bare server", Figures.of(ratios, 2));
        figures.row("Muster, first start of all", Figures.of(List.of(firstMuster), 1));
        figures.row("bare server, first start of all", Figures.of(List.of(firstBare), 1));
        for (Map.Entry<String, List<Double>> part : parts.entrySet()) {
            figures.row("Muster, until: " + part.getKey(), Figures.of(part.getValue(), 1));
        }
        figures.print();
    }

    @Test
    void heapAtRest() throws IOException, InterruptedException {
        Figures figures =
                new Figures("heap", "server, a minute after its start", "used heap after a full GC, MiB", "RSS, MiB");
        try (ServerProcess server = ServerProcess.muster(DIRECTORY.resolve("muster"))) {
            rest("Muster with its sandbox", server, figures);
        }
        try (ServerProcess server = ServerProcess.bare(DIRECTORY.resolve("bare"))) {
            rest("Spring Boot, Camunda web apps", server, figures);
        }
        figures.print();
    }

    private static void rest(String name, ServerProcess server, Figures figures)
            throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(REST_SECONDS);
        double resident = server.residentMemory();
        List<Double> heap =
                List.of(server.heapAfterCollection(), server.heapAfterCollection(), server.heapAfterCollection());
        figures.row(name, Figures.of(heap, 0), Figures.of(List.of(resident), 0));
    }
}
