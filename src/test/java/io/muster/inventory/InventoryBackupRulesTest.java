package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an environment and its services have for recovery, on the documented example. */
class InventoryBackupRulesTest {

    @TempDir
    Path directory;

    private InventoryFixture example;

    @BeforeEach
    void read() throws IOException {
        example = new InventoryFixture(directory, Files.readString(InventoryFixture.EXAMPLES.resolve("proxmox.yaml")));
    }

    private List<String> violations(String old, String replacement) {
        return example.with(old, replacement).violations();
    }

    private void refuses(String old, String replacement, String... parts) {
        assertThat(violations(old, replacement)).singleElement().satisfies(problem -> assertThat(problem)
                .contains(parts));
    }

    @Test
    void thePlanIsReadWithAllItSays() {
        Inventory inventory = example.read();
        Inventory.Environment environment = inventory.environment("homelab").orElseThrow();
        assertThat(environment.facilities().backups())
                .contains(new BackupStore("monitoring-01", "/srv/persistent/backups"));
        assertThat(environment.facilities().vantage()).contains(new Vantage("proxima", List.of("192.0.2.53")));
        assertThat(environment.facilities().control()).contains(new ControlHost("proxima", "/srv/ansible"));
        Inventory.Service notes = environment.services().get("notes");
        BackupPlan plan = notes.qualification().backup().orElseThrow();
        assertThat(plan.enabled()).isTrue();
        assertThat(plan.every()).contains(Duration.ofHours(24));
        assertThat(plan.keep()).contains(7);
        assertThat(plan.keepFor()).contains(Duration.ofDays(30));
        assertThat(plan.timeLimit()).isEqualTo(Duration.ofMinutes(5));
        assertThat(plan.sizeLimit()).isEqualTo(5L << 30);
        assertThat(plan.encryption().orElseThrow().identity()).hasToString("secret:backup-identity");
        assertThat(plan.data()).extracting(DataItem::type).containsExactly("files", "config", "postgresql");
        assertThat(plan.data().get(2).password()).isPresent();
        assertThat(notes.recovery().orElseThrow().drillEvery()).contains(Duration.ofDays(90));
        assertThat(notes.qualification().protectedFromWipe()).isFalse();
    }

    @Test
    void whatIsProtectedIsSoAtEachOfTheThree() {
        Inventory inventory = example.with("        protected: false\n", "        protected: true\n")
                .with("    approval: second-person\n", "    approval: second-person\n    protected: true\n")
                .with("        class: core\n        lxc", "        class: core\n        protected: true\n        lxc")
                .read();
        Inventory.Environment environment = inventory.environment("homelab").orElseThrow();
        assertThat(environment.facilities().protectedFromWipe()).isTrue();
        assertThat(environment.hosts().get("core-01").protectedFromWipe()).isTrue();
        assertThat(environment.hosts().get("proxima").protectedFromWipe()).isFalse();
        assertThat(environment.services().get("notes").qualification().protectedFromWipe())
                .isTrue();
    }

    @Test
    void whatRunsPinnedBeforeThereWereBackupsIsReadStill() {
        Inventory inventory = example.read();
        String json = InventoryJson.write(inventory);
        assertThat(InventoryJson.read("x", inventory.hash(), json))
                .isEqualTo(new Inventory("x", inventory.hash(), inventory.environments()));
    }

    @Test
    void theStoreIsOnPersistentStorage() {
        refuses(
                "directory: /srv/persistent/backups",
                "directory: /var/backups",
                "homelab.backups.directory",
                "not below persistent-storage of host 'monitoring-01' (/srv/persistent)");
    }

    @Test
    void theStoresHostExists() {
        refuses(
                "      host: monitoring-01\n      directory: /srv/persistent/backups",
                "      host: monitoring-1\n      directory: /srv/persistent/backups",
                "backups.host",
                "there is no host 'monitoring-1'",
                "Did you mean 'monitoring-01'?");
    }

    @Test
    void aPlanNeedsAStore() {
        refuses(
                "    backups:\n      host: monitoring-01\n      directory: /srv/persistent/backups\n",
                "",
                "services.notes.backup",
                "needs a backup store");
    }

    @Test
    void aCadenceThatCannotKeepTheRpoIsRefused() {
        refuses("{every: PT24H}", "{every: PT48H}", "schedule.every", "PT48H cannot keep recovery.rpo, which is PT24H");
    }

    @Test
    void namesOfDataAreUnique() {
        refuses("{name: config,", "{name: data,", "data[1].name", "'data' is the name of data[0] already");
    }

    @Test
    void aTypeSaysWhichKeysItNeedsAndWhichMeanNothing() {
        assertThat(violations("type: postgresql, database: notes,", "type: postgresql, paths: [/x],"))
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("type postgresql needs database"))
                .anySatisfy(problem -> assertThat(problem).contains("data[2].paths", "means nothing"));
    }

    @Test
    void aTypeThatThereIsNotIsRefusedHoweverFarItIsFromOne() {
        refuses("type: postgresql,", "type: postgressql,", "data[2].type", "did you mean 'postgresql'?");
        refuses(
                "type: postgressql,",
                "type: firebird,",
                "homelab.services.notes.backup.data[2].type",
                "there is no data type 'firebird'.",
                "Types: config, couchdb, etcd, files, mariadb, mongodb, postgresql, redis, vzdump.");
    }

    @Test
    void aTypeThatWasAddedAsAClassIsKnown() throws IOException {
        example.with("type: postgresql,", "type: firebird,");
        Path file = example.write();
        Secrets secrets = InventoryFixture.secrets();
        assertThat(new InventoryReader(secrets, () -> java.util.Set.of("files", "config", "firebird"))
                        .read(file)
                        .environment("homelab"))
                .isPresent();
        assertThat(new InventoryReader(secrets, () -> java.util.Set.of("files", "config"))
                        .attempt(file)
                        .violations())
                .singleElement()
                .asString()
                .contains("firebird", "Types: config, files, vzdump");
    }

    @Test
    void aServerKnowsItsBeansBesideTheClasses() {
        assertThat(DataTypeNames.and(java.util.stream.Stream.of(() -> "firebird")))
                .contains("firebird", "files", "postgresql");
        assertThat(DataTypeNames.ofClasses()).doesNotContain("firebird");
    }

    private static final String VZDUMP = "{name: db, type: vzdump, host: core-01, storage: backups";

    private void database(String item) {
        String text = example.text();
        int begin = text.indexOf("{name: db,");
        example.with(text.substring(begin, text.indexOf('}', begin)), item);
    }

    @Test
    void aContainerIsBackedUpByItsNode() {
        withoutEncryption();
        database(VZDUMP + ", mode: stop, compress: none");
        assertThat(example.read()
                        .environment("homelab")
                        .orElseThrow()
                        .services()
                        .get("notes")
                        .qualification()
                        .backup()
                        .orElseThrow()
                        .data()
                        .get(2)
                        .vzdump())
                .contains(new Vzdump("backups", "stop", "none", false));
    }

    private void withoutEncryption() {
        String text = example.text();
        example.with(text.substring(text.indexOf("          encryption:"), text.indexOf("          data:")), "");
    }

    @Test
    void whatANodeWritesByItselfIsNotEncrypted() {
        database(VZDUMP);
        assertThat(example.violations())
                .singleElement()
                .asString()
                .contains("notes.backup.encryption", "does not reach data of type vzdump");
        withoutEncryption();
        assertThat(example.violations()).isEmpty();
        assertThat(violations("storage: backups}", "storage: backups, mode: fast}"))
                .singleElement()
                .asString()
                .contains("data[2].mode");
        assertThat(violations("mode: fast}", "paths: [/x]}"))
                .singleElement()
                .asString()
                .contains("means nothing");
    }

    @Test
    void vzdumpIsOfAnLxcContainer() {
        withoutEncryption();
        database(VZDUMP.replace("core-01", "proxima"));
        assertThat(example.violations())
                .singleElement()
                .asString()
                .contains("data[2]", "host 'proxima' is none; give the host lxc");
    }

    /** What service-restore cannot put back is said by day. */
    @Test
    void aPlanOfNothingButVzdumpSaysThatAPersonRestoresIt() {
        withoutEncryption();
        String text = example.text();
        example.with(
                text.substring(
                        text.indexOf("            - {name: data, type: files"),
                        text.indexOf("            - {name: db")),
                "");
        database(VZDUMP);
        assertThat(example.violations())
                .singleElement()
                .asString()
                .contains("data[0]", "restore: replace", "restore: by-hand");
        assertThat(violations("storage: backups}", "storage: backups, restore: by-hand}"))
                .isEmpty();
        assertThat(violations("restore: by-hand}", "restore: replace}")).isEmpty();
        assertThat(example.read()
                        .environment("homelab")
                        .orElseThrow()
                        .services()
                        .get("notes")
                        .qualification()
                        .backup()
                        .orElseThrow()
                        .data()
                        .get(0)
                        .vzdump()
                        .orElseThrow()
                        .replaced())
                .isTrue();
    }

    /** What would be put back twice, and what would go with the container that it is needed for. */
    @Test
    void aContainerThatIsReplacedIsAllOfThePlanAndNotWhereTheBackupsAre() {
        withoutEncryption();
        database(VZDUMP + ", restore: replace");
        assertThat(example.violations())
                .singleElement()
                .asString()
                .contains("data[2]", "no data of another type beside it", "restore: by-hand");
    }

    @Test
    void aRestoreTestHasNoNetworkAndNoSecretsButThoseThatAreNamed() {
        Inventory.Service alone =
                example.read().environment("homelab").orElseThrow().services().get("notes");
        assertThat(alone.recovery().orElseThrow().restoreTest()).isEmpty();
        assertThat(RestoreTestPlan.ALONE.inWords()).isEqualTo("without network and without secrets");

        String name = "TOKEN";
        example.with(
                "        external: {url: \"https://notes",
                "        secret-env: {TOKEN: secret:token}\n        external: {url: \"https://notes");
        example.with(
                "drill-every: P90D", "drill-every: P90D, restore-test: {network: tests, secret-env: [" + name + "]}");
        assertThat(example.read()
                        .environment("homelab")
                        .orElseThrow()
                        .services()
                        .get("notes")
                        .recovery()
                        .orElseThrow()
                        .restoreTest())
                .contains(new RestoreTestPlan("tests", List.of(name)));
        refuses("network: tests", "network: host", "recovery.restore-test.network", "would meet the service itself");
        refuses("network: host", "network: container:notes", "recovery.restore-test.network", "of another container");
        refuses(
                "network: container:notes, secret-env: [" + name,
                "network: tests, secret-env: [OTHER",
                "secret-env[0]",
                "OTHER");
    }

    @Test
    void aPasswordNeedsAUser() {
        refuses(" user: notes, password", " password", "data[2]", "a password but no user");
    }

    @Test
    void aPasswordInTheClearIsNotShown() {
        assertThat(violations("secret:notes-database", "hunter2"))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem).contains("data[2].password").doesNotContain("hunter2"));
    }

    @Test
    void aBackupThatHoldsTheStoreWouldHoldItself() {
        refuses(
                "type: files, paths: [/srv/persistent/notes]",
                "type: files, host: monitoring-01, paths: [/srv/persistent]",
                "data[0].paths[0]",
                "are in one another on the same host");
    }

    @Test
    void aLimitOfNothingIsRefused() {
        refuses("size-limit: 5GiB", "size-limit: 0GiB", "size-limit", "nothing at all");
        assertThat(violations("time-limit: PT5M", "time-limit: PT0S"))
                .anySatisfy(problem -> assertThat(problem).contains("time-limit", "no time at all"));
    }

    @Test
    void anAutomationNeedsAControlHost() {
        refuses(
                "    control:\n      host: proxima\n      directory: /srv/ansible\n",
                "",
                "services.notes.automation",
                "needs a control host");
    }

    @Test
    void aPlaybookIsInTheProject() {
        assertThat(violations("playbook: playbooks/notes-deploy.yml", "playbook: ../notes-deploy.yml"))
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("automation.playbook"));
    }
}
