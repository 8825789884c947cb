package io.muster.e2e;

import io.muster.sandbox.registry.TestImages;
import io.muster.steps.docker.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Images of the service {@code notes} that bring their own Java, built by a site's engine and pushed to its registry. */
final class RealNotes {

    static final String UNHEALTHY = "2.1.0";

    private static final Map<String, String> RELEASES = new LinkedHashMap<>();

    static {
        RELEASES.put("1.0.0", "version=1.0.0\ndata-format=1\n");
        RELEASES.put("1.1.0", "version=1.1.0\ndata-format=1\n");
        RELEASES.put(UNHEALTHY, "version=2.1.0\ndata-format=2\nmigrates=false\nfault-after=PT4S\n");
    }

    /** A Java runtime, a shell and what they link to, from this machine. */
    private static final String FILES =
            """
            set -e
            cd "$1"
            mkdir -p data run/notes tmp etc
            "$2/bin/jlink" --add-modules java.base,jdk.httpserver,jdk.crypto.ec --strip-debug --no-man-pages \
                --no-header-files --output opt/java
            echo 'root:x:0:0:root:/:/bin/sh' >etc/passwd
            cp -L --parents /bin/sh /bin/date $(ldd /bin/sh /bin/date $(find opt/java -name '*.so') opt/java/bin/java |
                grep -o '[[:space:]]/[^ ]*' | grep -v "$1" | sort -u) .
            """;

    private static final String BASE =
            """
            FROM scratch
            COPY files /
            ENV PATH=/opt/java/bin:/bin JAVA_HOME=/opt/java
            WORKDIR /opt/notes
            CMD ["/opt/java/bin/java", "-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", "/opt/notes/notes.jar", "io.muster.sandbox.notes.NotesMain"]
            """;

    private RealNotes() {}

    /** @return the repository */
    static String publish(RealSite site, int vmid) throws Exception {
        Path context = Files.createDirectories(site.file(vmid, "/root/image"));
        Path files = Files.createDirectories(context.resolve("files"));
        Path program = Files.createDirectories(files.resolve("opt/notes/bin"));
        Files.write(program.resolveSibling("notes.jar"), TestImages.notesJar());
        Path check = Files.write(program.resolve("healthcheck"), TestImages.notesHealthCheck());
        check.toFile().setExecutable(true, false);
        gather(files);
        Files.writeString(context.resolve("Dockerfile"), BASE);
        site.docker(vmid, "build", "--quiet", "--tag", "notes-base", "/root/image");
        site.docker(
                vmid,
                "login",
                "--username",
                RealRegistry.USER,
                "--password",
                RealRegistry.PASSWORD,
                site.registry.name());
        String repository = site.registry.name() + "/notes";
        for (Map.Entry<String, String> release : RELEASES.entrySet()) {
            Path own = Files.createDirectories(site.file(vmid, "/root/release-" + release.getKey()));
            Files.writeString(own.resolve("release.properties"), release.getValue());
            Files.writeString(own.resolve("Dockerfile"), "FROM notes-base\nCOPY release.properties /opt/notes/\n");
            String image = repository + ":" + release.getKey();
            site.docker(vmid, "build", "--quiet", "--tag", image, "/root/release-" + release.getKey());
            site.docker(vmid, "push", "--quiet", image);
            site.docker(vmid, "rmi", image);
        }
        // Nobody but Muster knows the password from now on.
        site.docker(vmid, "logout", site.registry.name());
        site.docker(vmid, "rmi", "notes-base");
        return repository;
    }

    private static void gather(Path files) throws IOException, InterruptedException {
        Path log = Files.createTempFile("notes-image", ".log");
        Process process = new ProcessBuilder(
                        "bash", "-c", FILES, "files", files.toString(), System.getProperty("java.home"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("no files for the image: " + Files.readString(log));
        }
        Files.delete(log);
    }
}
