package io.muster.steps.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts on this machine's shell. MongoDB's tools, which Debian does not have, are stood in for by programs on directories. */
class MongodbDataTest {

    @TempDir
    Path directory;

    private final MongodbData type = new MongodbData();
    private Path databases;
    private Path programs;

    @BeforeEach
    void standIns() throws IOException {
        RealServer.require("python3", "python3-minimal");
        databases = Files.createDirectory(directory.resolve("databases"));
        programs = Files.createDirectory(directory.resolve("programs"));
        for (String name : new String[] {"mongosh", "mongodump", "mongorestore"}) {
            Path program = programs.resolve(name);
            String standIn = name.equals("mongosh") ? "mongosh-stand-in.sh" : "mongo-stand-in.py";
            try (var in = MongodbDataTest.class.getResourceAsStream(standIn)) {
                Files.copy(in, program);
            }
            assertThat(program.toFile().setExecutable(true)).isTrue();
        }
        write("shop", "customer", "first");
        write("shop", "item", "first");
    }

    private void write(String database, String collection, String value) throws IOException {
        Files.createDirectories(databases.resolve(database));
        Files.writeString(databases.resolve(database).resolve(collection), value);
    }

    private String held(String database) throws IOException {
        Path found = databases.resolve(database);
        if (Files.notExists(found)) {
            return "";
        }
        try (Stream<Path> collections = Files.list(found)) {
            return collections
                    .sorted()
                    .map(file -> file.getFileName() + "=" + RealServer.run("cat", file.toString()))
                    .collect(Collectors.joining(" "));
        }
    }

    private String run(String script, Path input, String... more) {
        Map<String, String> env = new HashMap<>(Map.of(
                "PATH", programs + ":" + System.getenv("PATH"),
                "DATABASES", databases.toString(),
                "ADDRESS", "",
                "PORT", "27999",
                "DATABASE", "shop",
                "DBUSER", "backup",
                "DBPASSWORD", "it's geheim $HOME",
                "TAG", "muster-1a2b3c4d"));
        for (int i = 0; i < more.length; i += 2) {
            env.put(more[i], more[i + 1]);
        }
        try {
            Path file = Files.writeString(directory.resolve("script"), Prelude.FUNCTIONS + Prelude.SCRATCH + script);
            return RealServer.run(env, "/bin/sh", "-c", "exec /bin/sh " + file + (input == null ? "" : " < " + input));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path dumped() throws IOException {
        Path archive = directory.resolve("archive");
        run("muster_dump() {\n" + type.dump() + "}\nmuster_dump > " + archive + "\n", null);
        return archive;
    }

    @Test
    void whatIsBackedUpComesBackAndCanBeTakenBack() throws IOException {
        assertThat(run(type.size(), null)).isEqualTo("10");
        Path archive = dumped();
        assertThat(run(type.check(), archive)).isEqualTo("read to its end: 2 documents in 2 collections");
        write("shop", "customer", "second");
        write("shop", "later", "second");
        assertThat(run(type.look(), null)).isEqualTo("data");

        run(type.stage(), archive);
        assertThat(run(type.stage(), archive)).endsWith("2 collections in database shop-muster-1a2b3c4d");
        assertThat(held("shop")).isEqualTo("customer=second item=first later=second");
        run(type.swap(), null);
        assertThat(run(type.swap(), null)).endsWith("swapped");
        assertThat(held("shop")).isEqualTo("customer=first item=first");
        run(type.undo(), null);
        run(type.undo(), null);
        assertThat(held("shop")).isEqualTo("customer=second item=first later=second");

        run(type.stage(), archive);
        run(type.swap(), null);
        run(type.finish(), null);
        assertThat(held("shop")).isEqualTo("customer=first item=first");
        try (Stream<Path> left = Files.list(databases)) {
            assertThat(left).containsExactly(databases.resolve("shop"));
        }
    }

    /** Every moment at which a swap can break off, and an undo after it. */
    @Test
    void aSwapThatBrokeOffGoesOnOrIsTakenBackWhole() throws IOException {
        Path archive = dumped();
        for (int moves = 0; moves < 9; moves++) {
            for (boolean back : new boolean[] {false, true}) {
                write("shop", "customer", "second");
                write("shop", "item", "second");
                run(type.stage(), archive);
                String most = Integer.toString(moves);
                brokenOff(type.swap(), most);
                if (back) {
                    brokenOff(type.undo(), "2");
                    run(type.undo(), null);
                    assertThat(held("shop")).as("after " + moves).isEqualTo("customer=second item=second");
                } else {
                    run(type.swap(), null);
                    assertThat(held("shop")).as("after " + moves).isEqualTo("customer=first item=first");
                    run(type.finish(), null);
                }
                assertThat(held("shop-muster-1a2b3c4d-old")).isEmpty();
                assertThat(held("shop-muster-1a2b3c4d")).isEmpty();
            }
        }
    }

    /** @param most how many acts that change something the server lets pass before it is gone */
    private void brokenOff(String script, String most) throws IOException {
        Files.deleteIfExists(directory.resolve("count"));
        try {
            run(script, null, "MOST", most, "COUNT", directory.resolve("count").toString());
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("the server is gone");
        }
    }

    @Test
    void damagedArchivesAreRefused() throws IOException {
        Path archive = dumped();
        byte[] whole = Files.readAllBytes(archive);
        for (int length : new int[] {0, 3, 4, whole.length / 2, whole.length - 1, whole.length - 9}) {
            Files.write(archive, java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> run(type.check(), archive))
                    .as("cut to " + length)
                    .hasMessageContaining("it ");
        }
    }

    @Test
    void anotherDatabasesArchiveIsPutNowhere() throws IOException {
        Path archive = dumped();
        assertThatThrownBy(() -> run(type.stage(), archive, "DATABASE", "wiki"))
                .hasMessageContaining("holds nothing of database wiki");
        assertThat(held("wiki")).isEmpty();
        assertThat(held("shop")).isEqualTo("customer=first item=first");
    }

    @Test
    void viewsAreRefusedBeforeAnythingIsTouched() throws IOException {
        write("shop", "view-of-customers", "");
        assertThatThrownBy(() -> run(type.look(), null))
                .hasMessageContaining("cannot be swapped (view view-of-customers); restore it by hand");
    }

    @Test
    void thePasswordIsOnNoCommandLine() throws IOException {
        dumped();
        assertThat(Files.readString(databases.resolveSibling("asked")))
                .contains("--username=backup", "--port=27999")
                .doesNotContain("geheim");
        assertThat(Files.readString(databases.resolveSibling("config"))).isEqualTo("password: 'it''s geheim $HOME'\n");
    }
}
