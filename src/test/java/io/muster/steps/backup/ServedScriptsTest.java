package io.muster.steps.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts of served data on this machine's shell, on the days when the server does not answer, or only once. */
class ServedScriptsTest {

    private static final String TAG = "muster-1a2b3c4d";

    @TempDir
    Path directory;

    private String run(String script, int port) {
        Map<String, String> env = new HashMap<>(Map.of(
                "ADDRESS", "127.0.0.1",
                "PORT", Integer.toString(port),
                "DATABASE", "shop",
                "DBUSER", "backup",
                "DBPASSWORD", "geheim-1",
                "DIRECTORY", "",
                "TAG", TAG));
        try {
            Path file = Files.writeString(directory.resolve("script"), Prelude.FUNCTIONS + Prelude.SCRATCH + script);
            return RealServer.run(env, "/bin/sh", file.toString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "couchdb"})
    void aServerThatDoesNotAnswerIsNoServerWithoutTheDatabase(String name) {
        DataType type =
                switch (name) {
                    case "postgresql" -> new PostgresqlData();
                    case "mariadb" -> new MariadbData();
                    default -> new CouchdbData();
                };
        RealServer.require("psql", "postgresql-client");
        RealServer.require("mariadb", "mariadb-client");
        RealServer.require("python3", "python3-minimal");
        int nobody = RealServer.freePort();
        Map<String, String> scripts = new LinkedHashMap<>(Map.of(
                "look", type.look(),
                "swap", type.swap(),
                "undo", type.undo(),
                "finish", type.finish(),
                "discard", type.discard(),
                "size", type.size()));
        type.identify().ifPresent(script -> scripts.put("identify", script));
        type.remove().ifPresent(script -> scripts.put("remove", "ID=1-2\n" + script));
        scripts.forEach((act, script) -> assertThatThrownBy(() -> run(script, nobody))
                .as(act)
                .isInstanceOf(IllegalStateException.class)
                .message()
                .doesNotContain("geheim-1"));
    }

    @Test
    void settingsThatTheUserMayNotGiveAreToldBeforeAnyDataIsLoaded() throws IOException, InterruptedException {
        RealServer.require("psql", "postgresql-client");
        try (RealServers.Postgresql server = new RealServers.Postgresql(directory.resolve("pg"))) {
            server.run(
                    "postgres",
                    "create role backup login createdb password 'geheim-1' in role keeper; grant pg_read_all_data to backup");
            server.run(
                    "postgres",
                    "alter role keeper in database shop reset all; revoke all on database shop from backup");
            PostgresqlData type = new PostgresqlData();
            assertThat(run(type.size(), server.port())).matches("\\d+");
            server.run("postgres", "alter database shop set log_min_duration_statement to 100");
            assertThat(run(type.size(), server.port()))
                    .contains("no restore of shop would succeed", "log_min_duration_statement");
            Path dump = directory.resolve("dump");
            run("{ " + type.dump() + "} > '" + dump + "'", server.port());
            String loading =
                    "pg_restore() { case \" $* \" in *' -d '*) echo loaded >&2 ;; esac; command pg_restore \"$@\"; }\n";
            assertThatThrownBy(() -> run(
                            "exec < '" + dump + "'\n" + loading + type.stage().replace("as pg_restore", "pg_restore"),
                            server.port()))
                    .hasMessageContaining("permission denied to set parameter")
                    .hasMessageContaining("could not be given to a new database by backup; nothing was loaded")
                    .message()
                    .doesNotContain("loaded\n", "geheim-1");
            assertThat(server.run("postgres", "select count(*) from pg_database where datname ~ 'shop-'"))
                    .isEqualTo("0");

            server.run("postgres", "grant set on parameter log_min_duration_statement to backup");
            assertThat(run(type.size(), server.port())).matches("\\d+");
            assertThatThrownBy(() -> run("exec < '" + dump + "'\n" + type.stage(), server.port()))
                    .as("its tables are another role's")
                    .hasMessageContaining("the database refused the restore");
        }
    }

    /** What is meant for it is no option of su. */
    @Test
    void withoutUserAndAddressToolsRunAsTheSystemsUserPostgres() {
        RealServer.require("psql", "postgresql-client");
        String size = new PostgresqlData().size();
        String as = size.substring(0, size.indexOf("need psql"))
                + "as sh -c 'id -un; printf \"%s \" \"$@\"' sh -X -q -- ok\n";
        assumeTrue(
                RealServer.run("sh", "-c", "if [ \"$(id -u)\" = 0 ] && id postgres >/dev/null 2>&1; then echo yes; fi")
                        .equals("yes"),
                "this is no host with a user postgres, seen by root");
        assertThat(run("ADDRESS=; DBUSER=\n" + as, 1)).isEqualTo("postgres\n-X -q -- ok");
    }

    /** Undone after a swap that stopped half-way, and undone again after the server refused the last removal. */
    @ParameterizedTest
    @ValueSource(strings = {"shop-" + TAG, "shop-" + TAG + "-old"})
    void whatCouchdbHadIsThereHoweverOftenItIsPutBack(String refused) throws IOException {
        RealServer.require("python3", "python3-minimal");
        try (FakeCouch couch = new FakeCouch("backup", "geheim-1")) {
            fill(couch, "shop", "of-before");
            fill(couch, "shop-" + TAG, "of-the-backup");
            fill(couch, "shop-" + TAG + "-old", "of-before");
            run(tools("couch mark \"$new\"; couch delete \"$DATABASE\""), couch.port());

            couch.refuseToDelete(refused);
            assertThatThrownBy(() -> run(new CouchdbData().undo(), couch.port()))
                    .hasMessageContaining("500");
            run(new CouchdbData().undo(), couch.port());
            assertThat(couch.held()).isEqualTo(Map.of("shop", Set.of("of-before")));
            run(new CouchdbData().undo(), couch.port());
            assertThat(couch.held()).isEqualTo(Map.of("shop", Set.of("of-before")));
        }
    }

    @Test
    void aCouchdbDatabaseThatGoesWhileItIsWrittenIsNoSuccess() throws IOException {
        RealServer.require("python3", "python3-minimal");
        try (FakeCouch couch = new FakeCouch("backup", "geheim-1")) {
            assertThatThrownBy(() -> run(tools("couch mark \"$new\""), couch.port()))
                    .hasMessageContaining("went away while it was written");
        }
    }

    private void fill(FakeCouch couch, String database, String document) {
        run(
                tools(
                        """
                        couch load "%s" <<'E'
                        {"muster": "couchdb"}
                        {"_id": "%s", "_rev": "1-%s"}
                        {"muster-end": 1}
                        E
                        """
                                .formatted(database, document, "a".repeat(32))),
                couch.port());
    }

    /** The functions that the type's scripts have. */
    private static String tools(String script) {
        String discard = new CouchdbData().discard();
        return discard.substring(0, discard.lastIndexOf("couch delete")) + script + "\n";
    }
}
