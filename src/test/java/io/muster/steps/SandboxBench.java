package io.muster.steps;

import io.muster.inventory.InventoryReader;
import io.muster.sandbox.Sandbox;
import io.muster.sandbox.SandboxSettings;
import io.muster.sandbox.TestNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A sandbox of a test's own, and a bench whose environment is the one of its inventory. */
public final class SandboxBench implements AutoCloseable {

    public static final String HOST = "experimental-01";

    public final Sandbox sandbox;
    public final Bench bench;

    public SandboxBench(Path directory) throws IOException {
        sandbox = Sandbox.start(new SandboxSettings(directory.resolve("sandbox"), TestNetworks.free()));
        bench = new Bench(directory.resolve("data"));
        bench.use(InventoryReader.withoutSecrets()
                .read(sandbox.inventory())
                .environment("sandbox")
                .orElseThrow());
        try (var secrets = Files.list(sandbox.secrets())) {
            for (Path secret : secrets.toList()) {
                bench.secrets.put(
                        secret.getFileName().toString(),
                        Files.readString(secret).stripTrailing());
            }
        }
    }

    /** A path of a host, as this machine sees it. */
    public Path inside(String host, String path) {
        return sandbox.host(host).jail().root().resolve(path.substring(1));
    }

    /** A file of a host with its directories. */
    public Path file(String host, String path, String content) throws IOException {
        Path file = inside(host, path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    public static Map<String, String> with(String... input) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < input.length; i += 2) {
            map.put(input[i], input[i + 1]);
        }
        return map;
    }

    @Override
    public void close() {
        bench.close();
        sandbox.close();
    }
}
