package io.muster.steps.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
