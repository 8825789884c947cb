package io.muster.sandbox.registry;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The images of the notes service that the registry offers from its first start. */
public final class NotesImages {
    public static final String REPOSITORY = "notes";
    /** On an image: where the engine puts a certificate of the sandbox's authority ({@code tls.crt}, {@code tls.key}). */
    public static final String TLS_LABEL = "io.muster.sandbox.tls";
    /** On an image: where the engine makes the JDK of the running JVM visible. */
    public static final String JAVA_LABEL = "io.muster.sandbox.java";

    /** Turns unhealthy by itself, for rehearsing a release that goes wrong; its data can be read by those before it. */
    public static final String UNHEALTHY = "2.1.0";

    private static final List<Version> VERSIONS = List.of(
            new Version("1.0.0", 1, ""),
            new Version("1.1.0", 1, ""),
            new Version("2.0.0", 2, ""),
            new Version(UNHEALTHY, 2, "migrates=false\nfault-after=PT4S\n"));

    private static final String JAVA = "/opt/java";

    private NotesImages() {}

    /** Publishes the versions whose tags are not there yet; a tag that was moved stays as it is. */
    public static void publish(ImageRepositories repositories) throws IOException {
        List<String> present = repositories.tags(REPOSITORY).orElse(List.of());
        List<Version> missing = VERSIONS.stream()
                .filter(version -> !present.contains(version.name()))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        byte[] base = new LayerTar()
                .directory("data")
                .directory("run/notes")
                .directory("etc/notes/tls")
                .bytes();
        byte[] program = new LayerTar()
                .file("opt/notes/notes.jar", NotesJar.bytes(), 0644)
                .file("opt/notes/bin/healthcheck", healthcheck(), 0755)
                .bytes();
        for (Version version : missing) {
            byte[] release = new LayerTar()
                    .file("opt/notes/release.properties", version.properties(), 0644)
                    .bytes();
            new Image(List.of(base, program, release), config(version))
                    .publish(repositories, REPOSITORY, version.name());
        }
    }

    private static byte[] healthcheck() throws IOException {
        try (InputStream script = NotesImages.class.getResourceAsStream("notes-healthcheck.sh")) {
            return script.readAllBytes();
        }
    }

    private static Map<String, Object> config(Version version) {
        Map<String, Object> config = new TreeMap<>();
        config.put(
                "Cmd",
                List.of(
                        JAVA + "/bin/java",
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        "/opt/notes/notes.jar",
                        NotesJar.MAIN));
        config.put("Env", List.of("PATH=/opt/java/bin:/usr/sbin:/usr/bin:/sbin:/bin", "JAVA_HOME=" + JAVA));
        config.put("ExposedPorts", Map.of("8080/tcp", Map.of(), "8443/tcp", Map.of()));
        config.put("Volumes", Map.of("/data", Map.of()));
        config.put("WorkingDir", "/opt/notes");
        config.put(
                "Healthcheck",
                Map.of(
                        "Test", List.of("CMD", "/opt/notes/bin/healthcheck"),
                        "Interval", Duration.ofSeconds(2).toNanos(),
                        "Timeout", Duration.ofSeconds(5).toNanos(),
                        "StartPeriod", Duration.ofSeconds(5).toNanos(),
                        "StartInterval", Duration.ofMillis(500).toNanos(),
                        "Retries", 2));
        config.put(
                "Labels",
                new TreeMap<>(Map.of(
                        "org.opencontainers.image.title",
                        "notes",
                        "org.opencontainers.image.version",
                        version.name(),
                        "org.opencontainers.image.description",
                        "A small notebook service",
                        TLS_LABEL,
                        "/etc/notes/tls",
                        JAVA_LABEL,
                        JAVA)));
        return config;
    }

    private record Version(String name, int dataFormat, String more) {
        String properties() {
            return "version=" + name + "\ndata-format=" + dataFormat + "\n" + more;
        }
    }
}
