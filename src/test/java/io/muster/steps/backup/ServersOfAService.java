package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.steps.SandboxBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A PostgreSQL database and a Redis server with data of a sandbox's service, beside its volume. */
public final class ServersOfAService implements AutoCloseable {

    private static final String REDIS = "/srv/persistent/redis";

    private final RealServers.Postgresql database;
    private final RealServers.Redis keys;

    /** Starts them and gives the sandbox their passwords. */
    public ServersOfAService(Path scratch, SandboxBench sandbox) throws IOException {
        Path directory = Files.createDirectories(sandbox.inside(SandboxBench.HOST, REDIS));
        database = new RealServers.Postgresql(scratch.resolve("pg"));
        keys = new RealServers.Redis(directory, REDIS);
        secret(sandbox, "pg-password", database.password());
        secret(sandbox, "redis-password", "geheim-1");
    }

    private static void secret(SandboxBench sandbox, String name, String value) throws IOException {
        Path file = Files.writeString(sandbox.sandbox.secrets().resolve(name), value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** Data items of a backup plan, as lines of YAML. */
    public String items() {
        DataItem item = database.item();
        return "- {name: rows, type: postgresql, address: 127.0.0.1, port: %d, database: shop, user: %s, password: secret:pg-password}\n"
                        .formatted(database.port(), item.user().orElseThrow())
                + "- {name: keys, type: redis, address: 127.0.0.1, port: %d, directory: %s, password: secret:redis-password}\n"
                        .formatted(keys.port, REDIS);
    }

    /** After a wipe the database must have been put back before. */
    public void write(String value) {
        database.write(value);
        keys.write(value);
    }

    /** Every record. */
    public String read() {
        return database.run("shop", "select md5(string_agg(id || name, ' ' order by id)) from customer")
                + database.read()
                + keys.read();
    }

    public boolean empty() {
        return !(" " + database.databases() + " ").contains(" shop ")
                && keys.read().isEmpty();
    }

    /** What a restore or a wipe has beside the data while it is at it. */
    public String databases() {
        return database.databases();
    }

    /** As a restore of Redis asks for; the database serves on. */
    public void stop() {
        keys.stopToSwap();
    }

    public void start() {
        keys.startSwapped();
    }

    @Override
    public void close() {
        keys.close();
        database.close();
    }
}
