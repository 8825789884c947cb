package io.muster.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.bench.Figures;
import io.muster.storage.InstalledPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deploying {@code notes} on a real engine, from the start of the pull to the container's start, beside {@code docker pull} and
 * {@code docker run} of the same image, in turns; before each the engine has neither container nor image.
 */
class DeployBenchmark {

    private static final int TURNS = Integer.getInteger("bench.turns", 3);

    @TempDir
    Path directory;

    @Test
    void pullAndRun() throws Exception {
        InstalledPostgres.requireVersion15();
        RealSite.require();
        try (RealSite site = new RealSite(directory)) {
            site.start();
            String repository = RealNotes.publish(site, RealSite.EXPERIMENTAL);
            List<Double> plain = new ArrayList<>();
            List<Double> ours = new ArrayList<>();
            try (RealServer server = new RealServer(directory.resolve("server"), site, repository)) {
                Runs runs = new Runs(server.api(), RealServer.ENVIRONMENT);
                for (int turn = 0; turn <= TURNS; turn++) {
                    String run = runs.deployed("notes", "1.0.0");
                    double deployment = seconds(
                            runs.step(run, "pull-image").path("startedAt"),
                            runs.step(run, "run-service").path("endedAt"));
                    String image =
                            site.docker(RealSite.EXPERIMENTAL, "inspect", "--format", "{{.Config.Image}}", "notes");
                    remove(site, image);
                    double baseline = plain(site, image);
                    remove(site, image);
                    // The first turn warms up.
                    if (turn > 0) {
                        ours.add(deployment);
                        plain.add(baseline);
                    }
                }
            }
            Figures figures = new Figures("deploy-notes", "notes on a real engine", "seconds");
            figures.row("docker pull and docker run", Figures.of(plain, 2));
            figures.row("pull-image and run-service of service-deployment", Figures.of(ours, 2));
            figures.print();
        }
    }

    private static double seconds(JsonNode from, JsonNode to) {
        return Duration.between(Instant.parse(from.asText()), Instant.parse(to.asText()))
                        .toMillis()
                / 1e3;
    }

    private static void remove(RealSite site, String image) {
        site.docker(RealSite.EXPERIMENTAL, "rm", "--force", "notes");
        site.docker(RealSite.EXPERIMENTAL, "rmi", "--force", image);
    }

    private static double plain(RealSite site, String image) {
        site.docker(
                RealSite.EXPERIMENTAL,
                "login",
                "--username",
                io.muster.steps.docker.RealRegistry.USER,
                "--password",
                io.muster.steps.docker.RealRegistry.PASSWORD,
                site.registry.name());
        long started = System.nanoTime();
        site.docker(RealSite.EXPERIMENTAL, "pull", "--quiet", image);
        site.docker(
                RealSite.EXPERIMENTAL,
                "run",
                "--detach",
                "--name=notes",
                "--publish=8080:8080",
                "--memory=256m",
                "--cpus=1",
                "--volume=/srv/persistent/notes:/data",
                image);
        return (System.nanoTime() - started) / 1e9;
    }
}
