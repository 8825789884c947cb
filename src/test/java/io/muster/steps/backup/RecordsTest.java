package io.muster.steps.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.DataItem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was staged is compared with the backup on real servers: each kind of difference is named, and no value is. */
class RecordsTest {

    private static final String TAG = "muster-1a2b3c4d";
    private static final String SECRET = "geheim-1";

    @TempDir
    Path directory;

    private final Map<String, String> env = new HashMap<>();
    private DataType type;

    @BeforeEach
    void nothingGiven() {
        for (String name :
                List.of("ADDRESS", "PORT", "DATABASE", "DBUSER", "DBPASSWORD", "DIRECTORY", "PATHS", "AGAIN")) {
            env.put(name, "");
        }
        env.put("TAG", TAG);
    }

    private void on(DataType type, RealServer server, String password) {
        this.type = type;
        DataItem item = server.item();
        env.put("ADDRESS", "127.0.0.1");
        env.put("PORT", Integer.toString(server.port()));
        env.put("DATABASE", item.database().orElse(""));
        env.put("DBUSER", item.user().orElse(""));
        env.put("DBPASSWORD", password);
        env.put("DIRECTORY", item.directory().orElse(""));
    }

    private String run(String script, File in, File out) throws IOException {
        Path file = Files.writeString(directory.resolve("script"), Prelude.FUNCTIONS + Prelude.SCRATCH + script);
        Path said = directory.resolve("said");
        ProcessBuilder shell = new ProcessBuilder("/bin/sh", file.toString())
                .redirectInput(in)
                .redirectOutput(out)
                .redirectError(said.toFile());
        shell.environment().putAll(env);
        try {
            int status = shell.start().waitFor();
            assertThat(status).as(Files.readString(said)).isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return out.getName().equals("out") ? Files.readString(out.toPath()) : "";
    }

    private File stream() {
        return directory.resolve("stream").toFile();
    }

    private void backup() throws IOException {
        run(type.dump(), new File("/dev/null"), stream());
    }

    private void stage() throws IOException {
        run(type.stage(), stream(), directory.resolve("out").toFile());
    }

    /** As {@link Comparison} asks. */
    private List<String> compared() throws IOException {
        env.put("AGAIN", "");
        List<String> lines = new ArrayList<>(once());
        env.put(
                "AGAIN",
                lines.stream()
                        .filter(line -> line.startsWith("again "))
                        .map(line -> line.substring(6))
                        .collect(Collectors.joining("\n")));
        if (!env.get("AGAIN").isEmpty()) {
            lines.addAll(once());
        }
        lines.removeIf(line -> line.startsWith("again "));
        return lines;
    }

    private List<String> once() throws IOException {
        String text = run(
                type.compare().orElseThrow(), stream(), directory.resolve("out").toFile());
        assertThat(text).doesNotContain(SECRET);
        return text.lines().toList();
    }

    private String room() throws IOException {
        return run(
                        type.room().orElseThrow(),
                        new File("/dev/null"),
                        directory.resolve("out").toFile())
                .strip();
    }

    @Test
    void rowsOfPostgresqlAreNamedByTableAndKey() throws IOException {
        try (RealServers.Postgresql server = new RealServers.Postgresql(directory.resolve("pg"))) {
            on(new PostgresqlData(), server, server.password());
            server.schema("insert into customer select n, '" + SECRET
                    + "' || n from generate_series(1, 3000) n; create table \"Odd (name)\" (b text, \"a b\" int, t text,"
                    + " primary key (b, \"a b\")); insert into \"Odd (name)\" values (E'tab\\there', 1, E'new\\nline "
                    + SECRET
                    + "'), ('\\.', 2, null), ('COPY x FROM stdin;', 3, ''); create table empty (x int); create sequence number;"
                    + " select nextval('number'); select lo_from_bytea(77, 'large " + SECRET + "')");
            backup();
            stage();
            assertThat(compared()).containsExactly("compared 3004 records in 4 tables");

            String staged = "shop-" + TAG;
            server.run(
                    staged,
                    "set session_replication_role = replica; delete from customer where id = 77; update customer set name = 'other "
                            + SECRET + "' where id = 78; insert into customer values (4000, '" + SECRET
                            + "'); update item set id = 2; update \"Odd (name)\" set t = 'x' where \"a b\" = 1; drop table empty; create table"
                            + " more (x int); insert into more values (1); select nextval('number'); select lo_put(77, 1, 'x')");
            assertThat(compared())
                    .contains(
                            "compared 3004 records in 4 tables",
                            "missing public.customer 77",
                            "changed public.customer 78",
                            "extra public.customer 4000",
                            "missing table public.empty (0 rows)",
                            "extra table public.more (1 row)",
                            "changed sequence public.number",
                            "changed large object 77")
                    .filteredOn(line -> line.contains("public.item "))
                    .hasSize(2)
                    .allMatch(line -> line.matches("(missing|extra) public.item row with SHA-256 [0-9a-f]{12}…"));
            assertThat(compared())
                    .filteredOn(line -> line.contains("Odd"))
                    .containsExactly("changed public.\"Odd (name)\" tab\\there,1");

            server.run(staged, "set session_replication_role = replica; delete from customer where id > 10");
            assertThat(compared())
                    .contains("missing public.customer 1000", "more 2971 missing")
                    .filteredOn(line -> line.startsWith("missing public.customer"))
                    .hasSizeLessThanOrEqualTo(20);
        }
    }

    @Test
    void rowsThatLieInAnotherOrderAreTheSame() throws IOException {
        try (RealServers.Postgresql server = new RealServers.Postgresql(directory.resolve("pg"))) {
            on(new PostgresqlData(), server, server.password());
            server.write(SECRET);
            backup();
            assertThat(room()).matches("\\d+ \\d+ data " + directory.resolve("pg") + ".*");
            env.put("ADDRESS", "192.0.2.1");
            assertThat(room()).isEmpty();
            env.put("ADDRESS", "127.0.0.1");
            stage();
            server.run("shop-" + TAG, "update customer set name = name where id < 100");
            assertThat(compared()).containsExactly("compared 2001 records in 2 tables");
        }
    }

    @Test
    void rowsOfMariadbAreNamedByTableAndKey() throws IOException {
        try (RealServers.Mariadb server = new RealServers.Mariadb(Files.createDirectories(directory.resolve("m")))) {
            on(new MariadbData(), server, SECRET);
            server.write(SECRET);
            server.sql(
                    "use shop; create table odd (t text, b varchar(40), a int, g int as (a * 2) stored, primary key (b, a));"
                            + " insert into odd (t, b, a) values ('it''s (a),(b)', 'k''1),(', 1), ('back\\\\', 'k\\\\2', 2), ('new\\nline "
                            + SECRET
                            + "', 'k,3', 3), (null, 'CREATE TABLE `x` (', 4)");
            backup();
            stage();
            assertThat(compared()).containsExactly("compared 2005 records in 4 tables");
            assertThat(room()).matches("\\d+ \\d+ data " + directory.resolve("m"));

            String staged = "`shop-" + TAG + "`";
            server.sql("set foreign_key_checks = 0; use " + staged
                    + "; delete from customer where id = 77; update customer set name = 'other " + SECRET
                    + "' where id = 78; insert into customer values (4000, '" + SECRET
                    + "'); update item set id = 2; update odd set t = 'x' where a in (1, 2, 3); drop table `a``\\имя`; create table more (x"
                    + " int); do nextval(number)");
            assertThat(compared())
                    .contains(
                            "missing customer 77",
                            "changed customer 78",
                            "extra customer 4000",
                            "changed odd k'1),(,1",
                            "changed odd k,3,3",
                            "missing table a`\\имя (0 rows)",
                            "extra table more (0 rows)",
                            "changed sequence number")
                    .filteredOn(line -> line.contains(" item "))
                    .hasSize(2);
        }
    }

    /** MySQL, and MariaDB before 10.11 or so, write as many rows into a line as fit. */
    @Test
    void rowsOfMariadbAreTheSameHoweverADumpHasThemInLines() throws IOException {
        try (RealServers.Mariadb server = new RealServers.Mariadb(Files.createDirectories(directory.resolve("m")))) {
            on(new MariadbData(), server, SECRET);
            server.write("it''s),(" + SECRET);
            backup();
            String dump = Files.readString(stream().toPath());
            String inLines = dump.replace(" VALUES\n(", " VALUES (").replaceAll("\\),\n\\(", "),(");
            assertThat(inLines).isNotEqualTo(dump);
            Files.writeString(stream().toPath(), inLines);
            stage();
            assertThat(compared()).containsExactly("compared 2001 records in 3 tables");
            server.sql("delete from `shop-" + TAG + "`.customer where id = 1999");
            assertThat(compared()).contains("missing customer 1999").hasSize(2);
        }
    }

    @Test
    void keysOfRedisAreNamed() throws IOException {
        Path inside = Files.createDirectories(directory.resolve("redis"));
        try (RealServers.Redis server = new RealServers.Redis(inside, inside.toString())) {
            on(new RedisData(), server, SECRET);
            server.cli("mset", "one", SECRET, "two words\n", SECRET, "three", SECRET);
            server.cli("-n", "3", "sadd", "set", "1", "2", SECRET);
            server.cli("set", "brief", SECRET, "ex", "1000");
            backup();
            stage();
            assertThat(compared()).containsExactly("compared 5 keys");

            server.cli("del", "one");
            server.cli("set", "three", "other " + SECRET);
            server.cli("-n", "3", "srem", "set", "2");
            server.cli("expire", "brief", "2000");
            server.cli("set", "four", SECRET);
            run(
                    type.dump(),
                    new File("/dev/null"),
                    inside.resolve("dump.rdb." + TAG).toFile());
            assertThat(compared())
                    .containsExactlyInAnyOrder(
                            "compared 5 keys",
                            "missing key one of database 0",
                            "changed key three of database 0",
                            "changed key set of database 3",
                            "extra key four of database 0");
        }
    }

    @Test
    void keysOfEtcdAreNamed() throws IOException {
        Path data = directory.resolve("etcd").resolve("data");
        Files.createDirectories(data.getParent());
        try (RealServers.Etcd server = new RealServers.Etcd(data, data.toString())) {
            on(new EtcdData(), server, "");
            env.put("DBUSER", "");
            server.put("one", SECRET);
            server.put("two words", SECRET);
            server.put("three", SECRET);
            backup();
            stage();
            assertThat(compared()).singleElement().asString().matches("compared \\d+ keys and revisions");

            server.delete("one");
            server.put("three", "other " + SECRET);
            server.put("four", SECRET);
            Path before = Files.copy(stream().toPath(), directory.resolve("before"));
            backup();
            stage();
            Files.copy(before, stream().toPath(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThat(compared())
                    .contains("missing key one", "changed key three", "extra key four")
                    .hasSize(4);
        }
    }

    @Test
    void filesAreNamed() throws IOException {
        type = new FilesData();
        Path data = directory.resolve("of").resolve("da.ta+[x],y &z");
        Path config = directory.resolve("of").resolve("one.conf");
        env.put("PATHS", data + "\n" + config);
        Files.createDirectories(data.resolve("deep"));
        for (int i = 0; i < 60; i++) {
            Files.writeString(data.resolve("file-" + i), SECRET + i);
        }
        Files.writeString(data.resolve("deep/two words"), SECRET);
        Files.writeString(data.resolve("new\nline"), SECRET);
        Files.createSymbolicLink(data.resolve("link"), Path.of("file-1"));
        Files.createLink(data.resolve("hard"), data.resolve("file-2"));
        Files.writeString(config, SECRET);
        backup();
        stage();
        assertThat(compared()).containsExactly("compared 67 files and directories");

        Path staged = Path.of(data + "." + TAG);
        Files.writeString(staged.resolve("file-3"), SECRET + 4);
        Files.setPosixFilePermissions(
                staged.resolve("deep/two words"), java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        Files.delete(staged.resolve("new\nline"));
        Files.delete(staged.resolve("link"));
        Files.createSymbolicLink(staged.resolve("link"), Path.of("file-9"));
        Files.writeString(staged.resolve("more"), SECRET);
        Files.writeString(Path.of(config + "." + TAG), "other " + SECRET);
        assertThat(compared())
                .containsExactlyInAnyOrder(
                        "compared 67 files and directories",
                        "changed " + data + "/file-3",
                        "changed " + data + "/deep/two words",
                        "changed " + data + "/link",
                        "changed " + config,
                        "missing " + data + "/new\\nline",
                        "extra " + data + "/more");
        for (int i = 10; i < 50; i++) {
            Files.delete(staged.resolve("file-" + i));
        }
        assertThat(compared()).contains("more 21 missing", "missing " + data + "/file-10");
    }
}
