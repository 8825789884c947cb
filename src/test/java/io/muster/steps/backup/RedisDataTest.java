package io.muster.steps.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

/** The scripts of Redis on this machine's shell, with Debian's Redis server: with and without append-only files. */
class RedisDataTest {

    private static final String TAG = "muster-1a2b3c4d";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final RedisData REDIS = new RedisData();

    @TempDir
    Path scratch;

    private Path directory;
    private Server server;
    private String user = "";

    /** Only what a test needs of the server's life. */
    private static final class Server extends RealServer {

        private final List<String> options;

        Server(Path directory, String... options) {
            super(directory);
            require("redis-server", "redis-server");
            this.options = List.of(options);
            start();
        }

        void start() {
            List<String> command = new ArrayList<>(List.of("redis-server", "--port", "" + port));
            command.addAll(List.of("--bind", "127.0.0.1", "--dir", directory.toString(), "--save", ""));
            command.addAll(List.of("--repl-diskless-sync-delay", "0"));
            command.addAll(options);
            begin(Map.of(), command.toArray(String[]::new));
            awaitAnswer("PONG", "redis-cli", "-p", "" + port, "ping");
        }

        void restart() {
            close();
            start();
        }

        String cli(String... words) {
            return run(Stream.concat(Stream.of("redis-cli", "-p", "" + port), Stream.of(words))
                    .toArray(String[]::new));
        }

        /** Two databases, an expiry, a stream with a group, and code. */
        void write(String value) {
            cli("flushall");
            cli("set", "name", value.repeat(500));
            cli("set", "until", value, "exat", "4102444800");
            cli("-n", "3", "hset", "other", "field", value);
            cli("xadd", "events", "1-1", "what", value);
            cli("xgroup", "create", "events", "readers", "0");
            cli("xreadgroup", "group", "readers", "one", "streams", "events", ">");
            cli(
                    "function",
                    "load",
                    "replace",
                    "#!lua name=shop\nredis.register_function('said', function() return '" + value + "' end)");
        }

        String read() {
            return String.join(
                    "\n",
                    cli("get", "name"),
                    cli("expiretime", "until"),
                    cli("-n", "3", "hget", "other", "field"),
                    cli("xpending", "events", "readers"),
                    cli("xrange", "events", "-", "+"),
                    cli("fcall", "said", "0"),
                    cli("dbsize"));
        }

        @Override
        io.muster.inventory.DataItem item() {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void begin() throws IOException {
        directory = Files.createDirectory(scratch.resolve("data"));
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
    }

    private String run(String before, String script) {
        Map<String, String> env = new HashMap<>(Map.of(
                "ADDRESS",
                "127.0.0.1",
                "PORT",
                Integer.toString(server.port),
                "DBUSER",
                user,
                "DBPASSWORD",
                user.isEmpty() ? "" : "geheim-1",
                "DIRECTORY",
                directory.toString(),
                "TAG",
                TAG));
        try {
            Path file =
                    Files.writeString(scratch.resolve("script"), Prelude.FUNCTIONS + before + Prelude.SCRATCH + script);
            return RealServer.run(env, "/bin/sh", file.toString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String run(String script) {
        return run("", script);
    }

    private Path dumped() {
        Path file = scratch.resolve("kept.rdb");
        run("exec > '" + file + "'\n", REDIS.dump());
        assertThat(run("exec < '" + file + "'\n", REDIS.check())).contains("checksum OK, 4 keys");
        return file;
    }

    private String stage(Path file) {
        return run("exec < '" + file + "'\n", REDIS.stage());
    }

    private void stopped(String script) {
        server.close();
        run(script);
    }

    @ParameterizedTest
    @CsvSource({
        "--appendonly no, false",
        "--appendonly yes, true",
        "--appendonly yes --appenddirname 'of another name' --aof-use-rdb-preamble no, true",
        "--appendonly yes --rename-command CONFIG '', true"
    })
    void whatIsPutBackIsServedThenAndAfterFurtherStarts(String options, boolean appends) throws IOException {
        server = new Server(directory, words(options));
        server.write("first");
        String first = server.read();
        assertThat(Long.parseLong(run(REDIS.size()))).isPositive();
        Path file = dumped();
        server.write("second");
        String second = server.read();
        if (!appends) {
            server.cli("save");
        }
        server.restart();
        assertThat(run(REDIS.look())).isEqualTo("data");

        assertThat(stage(file).contains("as its append-only file")).isEqualTo(appends);
        assertThat(run(REDIS.room().orElseThrow()).lines())
                .filteredOn(line -> line.endsWith(" file " + directory))
                .hasSize(appends ? 2 : 1);
        assertThatThrownBy(() -> run(REDIS.swap())).hasMessageContaining("runs, or may");
        stopped(REDIS.swap());
        server.start();
        assertThat(server.read()).isEqualTo(first);
        stopped(REDIS.undo());
        server.start();
        assertThat(server.read()).isEqualTo(second);

        stage(file);
        stopped(REDIS.swap());
        run(REDIS.swap());
        server.start();
        run(REDIS.finish());
        assertThat(server.read()).isEqualTo(first);
        server.restart();
        assertThat(server.read()).isEqualTo(first);
        if (appends) {
            server.cli("set", "later", "of later");
            server.restart();
            assertThat(server.cli("get", "later")).isEqualTo("of later");
            server.cli("del", "later");
            assertThat(server.read()).isEqualTo(first);
        }
        assertThat(names()).noneMatch(name -> name.contains(TAG));
    }

    private static String[] words(String options) {
        return Stream.of(options.split(" (?=--)"))
                .flatMap(option -> Stream.of(option.split(" ", 2)))
                .flatMap(word -> word.startsWith("CONFIG") ? Stream.of("CONFIG", "") : Stream.of(word.replace("'", "")))
                .toArray(String[]::new);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** On a host that was lost nothing tells whether the server will read an append-only file. */
    @ParameterizedTest
    @ValueSource(strings = {"yes", "no"})
    void aServerThatStartsOnAnEmptyHostServesWhatIsPutBackThere(String appends) throws IOException {
        server = new Server(directory, "--appendonly", appends);
        server.write("first");
        String first = server.read();
        Path file = dumped();
        server.close();
        FileSystemUtils.deleteRecursively(directory);
        stage(file);
        run(REDIS.swap());
        run(REDIS.finish());
        server.start();
        assertThat(server.read()).isEqualTo(first);
        server.restart();
        assertThat(server.read()).isEqualTo(first);
    }

    /** Killed before and after each rename and removal, done again, or put back. */
    @Test
    void aSwapAndAnUndoThatAreKilledAnywhereGoOn() throws IOException {
        server = new Server(directory, "--appendonly", "yes");
        server.write("first");
        Path file = dumped();
        server.write("second");
        server.cli("save");
        server.close();
        Files.writeString(directory.resolve("appendonly.aof"), "of an older server");
        Map<String, String> before = tree();
        stage(file);
        run(REDIS.swap());
        run(REDIS.finish());
        Map<String, String> after = tree();
        assertThat(after).containsOnlyKeys("dump.rdb", "appendonly.aof");

        int died = 0;
        for (int act = 1; ; act++) {
            asIt(before);
            stage(file);
            if (lived(act, REDIS.swap())) {
                assertThat(act).isGreaterThan(9);
                break;
            }
            died++;
            Path half = scratch.resolve("half");
            FileSystemUtils.deleteRecursively(half);
            FileSystemUtils.copyRecursively(directory, half);
            run(REDIS.swap());
            run(REDIS.finish());
            assertThat(tree()).as("killed at act %s, done again", act).isEqualTo(after);
            FileSystemUtils.deleteRecursively(directory);
            FileSystemUtils.copyRecursively(half, directory);
            lived(act, REDIS.undo());
            run(REDIS.undo());
            assertThat(tree()).as("killed at act %s, put back", act).isEqualTo(before);
        }
        assertThat(died).isPositive();
        for (int act = 1; ; act++) {
            asIt(before);
            stage(file);
            run(REDIS.swap());
            boolean lived = lived(act, REDIS.undo());
            run(REDIS.undo());
            assertThat(tree()).as("undo killed at act %s", act).isEqualTo(before);
            if (lived) {
                return;
            }
        }
    }

    private boolean lived(int act, String script) {
        String dying =
                """
                muster_n=0
                act() { muster_n=$((muster_n + 1)); [ "$muster_n" != %d ] || kill -9 $$; }
                mv() { act; command mv "$@"; act; }
                rm() { act; command rm "$@"; act; }
                rmdir() { act; command rmdir "$@"; act; }
                """
                        .formatted(act);
        try {
            run(dying, script);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private void asIt(Map<String, String> tree) throws IOException {
        FileSystemUtils.deleteRecursively(directory);
        for (Map.Entry<String, String> file : tree.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue(), java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }

    /** Every file's content by its path. */
    private Map<String, String> tree() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(file -> directory.relativize(file).toString(), file -> {
                        try {
                            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    }));
        }
    }

    @Test
    void aServerThatBeganToKeepAnAppendOnlyFileSinceItWasStagedIsLeftAlone() {
        server = new Server(directory);
        server.write("first");
        Path file = dumped();
        server.cli("save");
        stage(file);
        server.write("second");
        server.cli("config", "set", "appendonly", "yes");
        // Until its first part is written it does not end.
        await().atMost(PATIENCE).until(() -> server.cli("info", "persistence").contains("aof_rewrite_in_progress:0"));
        server.close();
        assertThatThrownBy(() -> run(REDIS.swap())).hasMessageContaining("since the restore was staged");
        assertThat(directory.resolve("appendonlydir")).isDirectory();
        stage(file);
        run(REDIS.swap());
        assertThat(directory.resolve("appendonly.aof")).exists();
        assertThat(directory.resolve("appendonlydir")).doesNotExist();
    }

    /** An append-only file has what FLUSHALL deleted. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsWipedIsInNoFileAnyMore(boolean running) throws IOException {
        server = new Server(directory, "--appendonly", "yes", "--auto-aof-rewrite-percentage", "0");
        server.write("geheimnisvoll");
        server.cli("save");
        if (!running) {
            server.close();
        }
        String id = run(REDIS.identify().orElseThrow());
        assertThat(id).startsWith(running ? "run-" : "file-");
        run("ID='" + id + "'\n" + REDIS.remove().orElseThrow());
        run("ID='" + id + "'\n" + REDIS.remove().orElseThrow());
        assertThat(run(REDIS.identify().orElseThrow())).isEmpty();
        // A server removes what it wrote anew in the background.
        await().atMost(PATIENCE)
                .until(() -> tree().values().stream().noneMatch(content -> content.contains("geheimnisvoll")));
        assertThat(run(REDIS.look())).isEqualTo("none");
        if (running) {
            server.close();
            assertThat(run(REDIS.identify().orElseThrow())).isEmpty();
        }
        server.start();
        assertThat(server.cli("dbsize")).isEqualTo("0");
        assertThat(server.cli("function", "list")).isEmpty();
    }

    @Test
    void whatWouldNotComeBackIsRefusedByNameWhenItIsPlanned() throws IOException {
        server = new Server(directory, "--appendonly", "yes", "--appendfilename", "shop.aof");
        server.cli("set", "name", "one");
        refusedToPlan("called shop.aof (appendfilename)");
        assertThatThrownBy(() -> run(REDIS.look())).hasMessageContaining("called shop.aof");
        server.close();
        assertThatThrownBy(() -> run(REDIS.look())).hasMessageContaining("called shop.aof");
        FileSystemUtils.deleteRecursively(directory);
        Files.createDirectory(directory);
        // As a server before Redis 7 has it, and what one that was killed leaves.
        Files.writeString(directory.resolve("temp-rewriteaof-7.aof"), "REDIS");
        assertThat(run(REDIS.look())).isEqualTo("none");
        Files.writeString(directory.resolve("shop.aof"), "REDIS");
        assertThatThrownBy(() -> run(REDIS.look())).hasMessageContaining("called shop.aof");
        Files.delete(directory.resolve("shop.aof"));

        server = new Server(directory, "--dbfilename", "shop.rdb");
        refusedToPlan("the server reads shop.rdb when it starts");
        server.close();

        server = new Server(directory, "--cluster-enabled", "yes");
        refusedToPlan("one of a cluster");
        server.close();

        server = new Server(directory, "--replicaof", "127.0.0.1 1");
        refusedToPlan("a replica of 127.0.0.1");
        server.close();

        server = new Server(directory, "--appendonly", "yes");
        Path data = directory;
        directory = Files.createDirectory(scratch.resolve("elsewhere"));
        refusedToPlan("there is none in " + directory);
        directory = data;
        server.cli("acl", "setuser", "backup", "on", ">geheim-1", "+ping");
        user = "backup";
        refusedToPlan("does not tell cluster_enabled (INFO cluster: NOPERM");
        user = "";
        Files.move(directory.resolve("appendonlydir"), scratch.resolve("moved"));
        Files.createSymbolicLink(directory.resolve("appendonlydir"), scratch.resolve("moved"));
        refusedToPlan("appendonlydir is a symbolic link");
    }

    private void refusedToPlan(String why) {
        assertThatThrownBy(() -> run(REDIS.size()))
                .hasMessageContaining(why)
                .message()
                .doesNotContain("geheim-1");
    }
}
