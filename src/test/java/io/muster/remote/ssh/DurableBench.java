package io.muster.remote.ssh;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.DurableCommands;
import io.muster.remote.SshHosts;
import io.muster.remote.Wired;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** A target behind a relay, and one server of ours after the other that works on it. Close it. */
final class DurableBench implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(60);

    final Relay relay;
    final Path effects;
    final SshHosts.Target target;
    long limit = 10_000_000;
    /** As configured; empty: none. */
    String place = "";

    Wired wired;
    private final SshServer server;

    DurableBench(SshServer server, Path directory) throws IOException {
        this.server = server;
        this.relay = new Relay(server.port());
        this.effects = directory.resolve("effects");
        this.target = target(relay.port());
        newServer();
    }

    /** The server without the relay that cuts connections, for measurements. */
    SshHosts.Target direct() {
        return target(server.port());
    }

    private SshHosts.Target target(int port) {
        return SshHostsContract.target(new Inventory.Ssh(
                "127.0.0.1",
                port,
                server.user(),
                List.of(server.hostKey()),
                Optional.of(new SecretRef("key")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    }

    /** The old one is gone as if it had been killed: nobody said good-bye. */
    void newServer() {
        if (wired != null) {
            wired.close();
        }
        wired = new Wired();
        wired.secrets.put("key", server.privateKey());
    }

    int run(UUID id, String script, MapLedger ledger, Heard heard) {
        return run(id, script, ledger, heard, LONG, () -> false);
    }

    int run(UUID id, String script, MapLedger ledger, Heard heard, Duration timeout, BooleanSupplier cancelled) {
        return run(id, script, Map.of(), ledger, heard, timeout, cancelled);
    }

    int run(
            UUID id,
            String script,
            Map<String, String> env,
            MapLedger ledger,
            Heard heard,
            Duration timeout,
            BooleanSupplier cancelled) {
        DurableCommands commands = place.isEmpty()
                ? wired.get(DurableCommands.class)
                : new DurableSsh(wired.get(RemoteScripts.class), place);
        return commands.run(
                new DurableCommands.Command(id, target, script, env, false, limit), ledger, heard, timeout, cancelled);
    }

    /** The line that a script appends to count how often it ran. */
    String effect() {
        return "echo effect >>" + effects + "\n";
    }

    long effects() throws IOException {
        if (!Files.exists(effects)) {
            return 0;
        }
        try (var lines = Files.lines(effects)) {
            return lines.count();
        }
    }

    /** Whether the process whose id was printed is there and no zombie. */
    static boolean runs(String printed) {
        try {
            return !Files.readString(Path.of("/proc", printed.strip(), "stat")).contains(") Z ");
        } catch (IOException gone) {
            return false;
        }
    }

    static Path directory(MapLedger ledger) {
        return Path.of(Handle.parse(ledger.recorded().orElseThrow()).directory());
    }

    @Override
    public void close() throws Exception {
        wired.close();
        relay.close();
        server.close();
    }
}
