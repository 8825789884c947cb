package io.muster.steps.backup;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.inventory.TestData;
import io.muster.recovery.Backups;
import io.muster.step.RunFacts;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.SandboxBench;
import io.muster.steps.Targets;
import io.muster.steps.testdata.TestDataInBackup;
import io.muster.steps.testdata.TestDataKeep;
import io.muster.steps.testdata.TestDataPopulate;
import io.muster.steps.testdata.TestDataRemove;
import io.muster.steps.testdata.TestDataVerify;
import io.muster.steps.wipe.WipeAllowed;
import io.muster.steps.wipe.WipePlan;
import io.muster.steps.wipe.WipeRemove;
import io.muster.steps.wipe.WipeVerify;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

/** What each data type that keeps a server must do, on the real servers: dumped, read back, damaged ones refused, restored, compared. */
class DataTypesIT {

    private static final String STORE = "monitoring-01";
    private static final String ROOT = "/srv/persistent/backups/test/notes/";

    enum Type {
        POSTGRESQL,
        MARIADB,
        REDIS,
        ETCD,
        COUCHDB;

        RealServer start(Path scratch) throws IOException {
            String inside = "/srv/persistent/" + name().toLowerCase(java.util.Locale.ROOT);
            Path directory = on.inside(HOST, inside);
            Files.createDirectories(directory);
            on.bench.secrets.put("db-password", "geheim-1");
            return switch (this) {
                case POSTGRESQL -> {
                    RealServers.Postgresql server = new RealServers.Postgresql(scratch.resolve("pg"));
                    on.bench.secrets.put("db-password", server.password());
                    yield server;
                }
                case MARIADB -> new RealServers.Mariadb(Files.createDirectories(scratch.resolve("m")));
                case REDIS -> new RealServers.Redis(directory, inside);
                case ETCD -> new RealServers.Etcd(directory, inside);
                case COUCHDB -> new RealServers.Couchdb(scratch.resolve("c"));
            };
        }
    }

    @TempDir
    static Path directory;

    private static SandboxBench on;

    @BeforeAll
    static void begin() throws IOException {
        on = new SandboxBench(directory);
    }

    @AfterAll
    static void end() {
        on.close();
    }

    @BeforeEach
    void noBackupIsKnown() {
        // Those of other tests have the same id, at the same time of their clocks.
        new JdbcTemplate(on.bench.get(DataSource.class)).update("delete from backup");
    }

    private static Map<String, String> notes(String... more) {
        Map<String, String> input = with("service", "notes");
        input.putAll(with(more));
        return input;
    }

    private static Map<String, String> planned() {
        PlanBackup.Output planned = on.bench.run(PlanBackup.class, notes());
        assertThat(planned.estimate()).isPositive();
        return notes("backup", planned.backup(), "takenAt", planned.takenAt());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsBackedUpComesBackAndWhatIsDamagedDoesNot(Type type, @TempDir Path scratch) throws IOException {
        try (RealServer server = type.start(scratch)) {
            on.bench.services.compute("notes", (name, service) -> Plans.with(service, Plans.of(server.item())));
            FileSystemUtils.deleteRecursively(on.inside(STORE, "/srv/persistent/backups"));
            server.write("first");
            String first = server.read();
            whatWouldNotComeBackIsRefused(server);

            Map<String, String> backup = planned();
            on.bench.run(TakeBackup.class, backup);
            damagedOnesAreRefused(server, backup);
            SealBackup.Output sealed = on.bench.run(SealBackup.class, backup);
            assertThat(sealed.backupManifest()).contains("read back, size and SHA-256 the same");
            keptOnesAreRefusedByName(on.inside(STORE, ROOT + backup.get("backup")));

            server.write("second");
            String second = server.read();
            assertThat(second).isNotEqualTo(first);
            String id = backup.get("backup");
            PlanRestore.Output plan = on.bench.run(PlanRestore.class, notes("backup", "latest"));
            assertThat(plan.backup()).isEqualTo(id);
            assertThat(plan.replaces()).isTrue();

            restore(server, id);
            assertThat(server.read()).isEqualTo(first);
            undo(server, id);
            assertThat(server.read()).as("put back").isEqualTo(second);
            on.bench.run(UndoRestore.class, notes("backup", id));

            restore(server, id);
            FinishRestore.Output finished =
                    on.bench.run(FinishRestore.class, notes("backup", id, "beganAt", "2026-01-01T00:00:00Z"));
            assertThat(finished.restoredBytes()).isEqualTo(sealed.backupBytes());
            assertThat(server.read()).isEqualTo(first);
            assertThat(on.bench
                            .get(Backups.class)
                            .lastProven("test", "notes")
                            .orElseThrow()
                            .backup())
                    .isEqualTo(id);
            whatIsWipedIsGoneAndComesBack(server, id, first);
        }
    }

    private static void whatWouldNotComeBackIsRefused(RealServer server) {
        String named = server.whatCannotComeBack();
        if (!named.isEmpty()) {
            StepFailure failure = on.bench.failure(PlanBackup.class, notes());
            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("NotSwappable");
            assertThat(failure.getMessage()).contains(named);
            server.withoutIt();
        }
    }

    private static void whatIsWipedIsGoneAndComesBack(RealServer server, String id, String first) {
        if (!server.wiped()) {
            assertThat(on.bench.failure(WipeAllowed.class, notes()))
                    .hasMessageContaining("cannot remove data of this type");
            return;
        }
        on.bench.services.compute("notes", (name, service) -> Plans.withoutVolumes(service));
        on.bench.run(WipeAllowed.class, notes());
        Map<String, String> asked = notes("backup", id, "scope", "data");
        List<String> destroyed = on.bench.run(WipePlan.class, asked).destroyed();
        assertThat(destroyed)
                .singleElement()
                .asString()
                .startsWith("item db (" + server.item().type());
        Map<String, String> wipe = notes("destroyed", String.join("\n", destroyed));
        Map<String, String> look =
                notes("destroyed", wipe.get("destroyed"), "backup", id, "backupHost", STORE, "backupPath", ROOT + id);
        assertThat(on.bench.run(WipeVerify.class, look).findings())
                .anyMatch(line -> line.startsWith("data | ") && line.contains("| false |"));
        String other = destroyed.get(0).replaceFirst(" \\S+$", " 1-2");
        assertThat(on.bench.failure(WipeRemove.class, notes("destroyed", other)).reason())
                .isEqualTo("Conflict");
        assertThat(server.read()).isEqualTo(first);

        on.bench.run(WipeRemove.class, wipe);
        on.bench.run(WipeRemove.class, wipe);
        if (server.livesOn()) {
            server.write("by somebody else");
            String others = server.read();
            assertThat(on.bench.failure(WipeRemove.class, wipe).reason()).isEqualTo("Conflict");
            assertThat(server.read()).isEqualTo(others);
            on.bench.run(
                    WipeRemove.class,
                    notes(
                            "destroyed",
                            on.bench.run(WipePlan.class, asked).destroyed().get(0)));
        }
        WipeVerify.Output gone = on.bench.run(WipeVerify.class, look);
        assertThat(gone.summary()).contains("Data deleted: YES", "Backup still there: YES");
        assertThat(gone.gone()).as(gone.summary()).isTrue();
        assertThat(gone.findings()).anyMatch(line -> line.startsWith("data | ") && line.contains("| true |"));
        assertThat(server.holds(first)).isFalse();

        restore(server, id);
        on.bench.run(FinishRestore.class, notes("backup", id, "beganAt", "2026-01-01T00:00:00Z"));
        assertThat(server.read()).isEqualTo(first);
        assertThat(on.bench.failure(WipeRemove.class, wipe).reason())
                .as("what was restored is something new")
                .isEqualTo("Conflict");
        assertThat(server.read()).isEqualTo(first);
    }

    /** The service `shop` of the examples, with its own scripts, on the real server. */
    @Test
    void whatIsNotAsItWasAfterARestoreIsNamedRecordByRecord(@TempDir Path scratch) throws IOException {
        try (RealServers.Postgresql server = new RealServers.Postgresql(scratch.resolve("shop"))) {
            on.bench.secrets.put("db-password", server.password());
            server.schema(SCHEMA);
            server.reachable(on.inside(HOST, "/root/.pg_service.conf"));
            on.bench.services.compute("notes", (name, service) -> shop(Plans.with(service, Plans.of(server.item()))));
            FileSystemUtils.deleteRecursively(on.inside(STORE, "/srv/persistent/backups"));

            TestContext context = on.bench.context();
            TestDataPopulate.Output made = on.bench.run(TestDataPopulate.class, context, notes());
            assertThat(made.kinds()).isEqualTo(3);
            assertThat(made.records()).isEqualTo(700);
            assertThat(made.references()).isEqualTo(1200);
            assertThat(made.dangling()).isZero();
            assertThat(made.bytes()).isGreaterThan(1 << 20);
            kept(context.documents());

            Map<String, String> backup = planned();
            on.bench.run(TakeBackup.class, backup);
            SealBackup.Output sealed = on.bench.run(SealBackup.class, backup);
            assertThat(sealed.backupBytes()).isGreaterThan(10_000);
            String at = STORE + ":" + ROOT + backup.get("backup");
            assertThat(on.bench
                            .run(TestDataInBackup.class, notes("backupPath", at))
                            .complete())
                    .isTrue();

            assertThat(on.bench.run(TestDataKeep.class, notes("backupPath", at)).records())
                    .isEqualTo(700);
            on.bench.run(VerifyBackup.class, notes("backup", "latest"));
            on.bench.runs.clear();

            server.run("shop", "truncate purchase, product, customer");
            assertThat(compared(at).summary()).contains("Of 700 records: 700 missing");
            restore(server, backup.get("backup"));
            assertThat(compared(at).same()).as(compared(at).summary()).isTrue();

            server.run("shop", "delete from purchase where id = 'muster-test-purchase-77'");
            assertThat(compared(at).differences()).containsExactly("1 missing: purchase/muster-test-purchase-77");
            server.run(
                    "shop",
                    "update customer set name = 'another' where id = 'muster-test-customer-3';"
                            + " alter table purchase drop constraint purchase_product_fkey;"
                            + " delete from product where id = 'muster-test-product-60';"
                            + " insert into customer values ('muster-test-customer-41', 'one more')");
            assertThat(compared(at).differences())
                    .startsWith(
                            "2 missing: product/muster-test-product-60, purchase/muster-test-purchase-77",
                            "1 changed: customer/muster-test-customer-3",
                            "1 extra: customer/muster-test-customer-41")
                    .last()
                    .asString()
                    .startsWith("10 dangling reference: purchase/muster-test-purchase-")
                    .contains(" → product/muster-test-product-60");
            on.bench.run(TestDataRemove.class, notes());
            assertThat(server.run("shop", "select count(*) from customer")).isEqualTo("0");
        }
    }

    private static final String SCHEMA =
            "drop table item, customer; create table customer (id text primary key, name text not null);"
                    + " create table product (id text primary key, name text not null, price numeric not null);"
                    + " create table purchase (id text primary key, customer text not null references customer,"
                    + " product text not null references product, note text not null)";

    private static Inventory.Service shop(Inventory.Service service) {
        TestData scripts = InventoryReader.withoutSecrets()
                .read(Path.of("docs/examples/shop.yaml"))
                .environments()
                .get("shop")
                .services()
                .get("shop")
                .qualification()
                .testData()
                .orElseThrow();
        return Plans.with(
                service, new TestData(Optional.empty(), scripts.populate(), scripts.verify(), scripts.remove()));
    }

    private static void kept(Map<String, String> documents) {
        on.bench.runs.put(
                "run-1",
                new RunFacts.Facts(
                        "test",
                        1,
                        Optional.empty(),
                        Instant.EPOCH,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        documents.entrySet().stream()
                                .map(entry -> new RunFacts.DocumentFact(entry.getKey(), entry.getValue()))
                                .toList(),
                        List.of(),
                        List.of()));
    }

    private static TestDataVerify.Output compared(String at) {
        return on.bench.run(TestDataVerify.class, notes("backupPath", at));
    }

    /** As if it had been larger than any disk when it was backed up. */
    private static void whereItHasNoRoomNothingIsMade(RealServers.Postgresql server, String id) throws IOException {
        String directory = server.run("postgres", "show data_directory");
        // The host of the sandbox does not see the directory of a server that runs beside it.
        on.file(HOST, directory + "/PG_VERSION", "15");
        ServicePlan plan = ServicePlan.of(on.bench.get(Targets.class), on.bench.context(), "notes");
        Manifest was = on.bench.get(Kept.class).open(on.bench.context(), plan, id);
        Manifest.Entry is = was.files().get(0);
        assertThat(is.size()).isGreaterThan(1 << 20);
        Manifest.Entry large = new Manifest.Entry(
                is.name(), is.item(), is.type(), is.host(), is.of(), is.bytes(), is.sha256(), is.verified(), 1L << 52);
        Manifest grown = new Manifest(was.about(), was.takenAt(), was.sealedAt(), List.of(large));
        assertThatThrownBy(() -> on.bench
                        .get(Restoring.class)
                        .stage(on.bench.context(), plan, Manifest.read(grown.write()), id, "muster-room"))
                .hasMessageContainingAll(
                        HOST + " has ", " free beside " + directory + ", and 4096 TiB", "Nothing was staged");
        assertThat(server.databases()).isEqualTo("shop");
    }

    @Test
    void aDatabaseThatRefusesTheRestoreHalfWayKeepsItsOldData(@TempDir Path scratch) throws IOException {
        try (RealServers.Postgresql server = (RealServers.Postgresql) Type.POSTGRESQL.start(scratch)) {
            on.bench.services.compute("notes", (name, service) -> Plans.with(service, Plans.of(server.item())));
            FileSystemUtils.deleteRecursively(on.inside(STORE, "/srv/persistent/backups"));
            server.write("first");
            server.ownedBySomebody();
            Map<String, String> backup = planned();
            on.bench.run(TakeBackup.class, backup);
            on.bench.run(SealBackup.class, backup);
            server.somebodyIsGone();
            server.write("second");
            String second = server.read();

            String id = backup.get("backup");
            whereItHasNoRoomNothingIsMade(server, id);
            StepFailure failure = on.bench.failure(StageRestore.class, notes("backup", id));
            assertThat(failure.getMessage())
                    .contains("role \"somebody\" does not exist", "the database refused the restore")
                    .containsPattern("what was staged of it is in database shop-muster-\\w+-part");
            assertThat(server.read()).isEqualTo(second);
            assertThat(on.bench.failure(SwapRestore.class, notes("backup", id)).getMessage())
                    .contains("was staged in part");
            assertThat(server.read()).isEqualTo(second);
            // As whoever aborts it does.
            on.bench.run(UndoRestore.class, notes("backup", id));
            assertThat(server.read()).isEqualTo(second);
            assertThat(server.databases()).isEqualTo("shop");
        }
    }

    /** Twice each: an interrupted step is done again. */
    private static void restore(RealServer server, String id) {
        on.bench.run(StageRestore.class, notes("backup", id));
        on.bench.run(StageRestore.class, notes("backup", id));
        runningOnesAreNotSwapped(server, id);
        server.stopToSwap();
        on.bench.run(SwapRestore.class, notes("backup", id));
        on.bench.run(SwapRestore.class, notes("backup", id));
        server.startSwapped();
    }

    /** Also where the server does not let us in. */
    private static void runningOnesAreNotSwapped(RealServer server, String id) {
        if (server.item().directory().isEmpty()) {
            return;
        }
        for (String password : java.util.List.of("geheim-1", "wrong")) {
            on.bench.secrets.put("db-password", password);
            StepFailure failure = on.bench.failure(SwapRestore.class, notes("backup", id));
            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("DataInUse");
            assertThat(failure.getMessage()).contains("runs, or may (").doesNotContain(password);
        }
        on.bench.secrets.put("db-password", "geheim-1");
    }

    private static void undo(RealServer server, String id) {
        server.stopToSwap();
        on.bench.run(UndoRestore.class, notes("backup", id));
        on.bench.run(UndoRestore.class, notes("backup", id));
        server.startSwapped();
    }

    /** The tool's own check: size and SHA-256 beside the file are made to fit the damage. */
    private static void damagedOnesAreRefused(RealServer server, Map<String, String> backup) throws IOException {
        Path incoming = on.inside(STORE, ROOT + backup.get("backup") + ".incoming");
        Path file;
        try (var files = Files.list(incoming)) {
            file = files.filter(found -> !found.getFileName().toString().startsWith("."))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] whole = Files.readAllBytes(file);
        String said = Files.readString(taken(file));
        assertThat(said).contains(sha256(whole));
        refused(file, Arrays.copyOf(whole, whole.length - 9), backup);
        refused(file, Arrays.copyOf(whole, whole.length / 2), backup);
        refused(file, "not what it should be".getBytes(StandardCharsets.UTF_8), backup);
        if (server.checksummed()) {
            byte[] flipped = whole.clone();
            flipped[whole.length * 2 / 3] ^= 1;
            refused(file, flipped, backup);
        }
        Files.write(file, whole);
        Files.writeString(taken(file), said);
    }

    private static void refused(Path file, byte[] content, Map<String, String> backup) throws IOException {
        Files.write(file, content);
        Files.writeString(taken(file), content.length + " " + sha256(content) + "\n");
        StepFailure failure = on.bench.failure(SealBackup.class, backup);
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("BackupCorrupt");
        assertThat(failure.getMessage()).contains(file.getFileName().toString()).doesNotContain("geheim-1");
    }

    /** What becomes of a backup in its store, and why it is refused then. */
    private enum Damage {
        BackupEmpty {
            @Override
            void doTo(Path file, byte[] whole) throws IOException {
                Files.write(file, new byte[0]);
            }
        },
        BackupTruncated {
            @Override
            void doTo(Path file, byte[] whole) throws IOException {
                Files.write(file, Arrays.copyOf(whole, whole.length / 2));
            }
        },
        BackupCorrupt {
            @Override
            void doTo(Path file, byte[] whole) throws IOException {
                byte[] flipped = whole.clone();
                flipped[whole.length / 3] ^= 4;
                Files.write(file, flipped);
            }
        },
        BackupIncomplete {
            @Override
            void doTo(Path file, byte[] whole) throws IOException {
                Files.delete(file);
            }
        },
        BackupChanged {
            @Override
            void doTo(Path file, byte[] whole) throws IOException {
                Files.writeString(file.resolveSibling("more"), "x");
            }
        },
        ManifestInvalid {
            @Override
            void doTo(Path file, byte[] whole) throws IOException {
                Path manifest = file.resolveSibling(Manifest.NAME);
                Files.writeString(manifest, Files.readString(manifest).replace("verified: ", "verified: not "));
            }
        };

        abstract void doTo(Path file, byte[] whole) throws IOException;
    }

    private static void keptOnesAreRefusedByName(Path kept) throws IOException {
        String id = kept.getFileName().toString();
        Path manifest = kept.resolve(Manifest.NAME);
        String said = Files.readString(manifest);
        Path file = kept.resolve(Manifest.read(said).files().get(0).name());
        byte[] whole = Files.readAllBytes(file);
        FileTime at = Files.getLastModifiedTime(file);
        for (Damage damage : Damage.values()) {
            damage.doTo(file, whole);
            if (Files.exists(file)) {
                Files.setLastModifiedTime(file, at);
            }
            StepFailure failure = on.bench.failure(VerifyBackup.class, notes("backup", id));
            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(damage.name());
            assertThat(failure.getMessage()).contains(id).doesNotContain("geheim-1");
            assertThat(on.bench.get(Backups.class).latestVerified("test", "notes"))
                    .isEmpty();
            Files.deleteIfExists(kept.resolve("more"));
            Files.write(file, whole);
            Files.setLastModifiedTime(file, at);
            Files.writeString(manifest, said);
        }
        truncatedWithItsManifest(file, whole, manifest, said, id);
        Files.write(file, whole);
        Files.setLastModifiedTime(file, at);
        Files.writeString(manifest, said);
        on.bench.run(VerifyBackup.class, notes("backup", id));
    }

    /** On a server that has not heard of the backup before, only the tool can tell. */
    private static void truncatedWithItsManifest(Path file, byte[] whole, Path manifest, String said, String id)
            throws IOException {
        FileTime at = Files.getLastModifiedTime(file);
        byte[] cut = Arrays.copyOf(whole, whole.length - 20);
        Files.write(file, cut);
        Files.setLastModifiedTime(file, at);
        Manifest was = Manifest.read(said);
        Manifest.Entry entry = was.files().get(0);
        Manifest.Entry fits = new Manifest.Entry(
                entry.name(), entry.item(), entry.type(), entry.host(), entry.of(), cut.length, sha256(cut), "");
        Files.writeString(manifest, new Manifest(was.about(), was.takenAt(), was.sealedAt(), List.of(fits)).write());
        StepFailure known = on.bench.failure(VerifyBackup.class, notes("backup", id));
        assertThat(known.reason()).as(known.getMessage()).isEqualTo("ManifestInvalid");
        new JdbcTemplate(on.bench.get(DataSource.class)).update("delete from backup where id = ?", id);
        StepFailure unknown = on.bench.failure(VerifyBackup.class, notes("backup", id));
        assertThat(unknown.reason()).as(unknown.getMessage()).isEqualTo("BackupUnreadable");
        assertThat(on.bench.get(Backups.class).latestVerified("test", "notes")).isEmpty();
    }

    private static Path taken(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".taken");
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
