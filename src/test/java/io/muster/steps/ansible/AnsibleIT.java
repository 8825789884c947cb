package io.muster.steps.ansible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.inventory.Automation;
import io.muster.inventory.ControlHost;
import io.muster.inventory.Facilities;
import io.muster.inventory.Inventory;
import io.muster.inventory.Qualification;
import io.muster.inventory.SecretRef;
import io.muster.remote.ssh.OpenSshServer;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's ansible-core on a control host that is this machine, behind an sshd of the test's own. */
class AnsibleIT {

    private static final Path ANSIBLE = Path.of("/usr/bin/ansible-playbook");
    private static final String PASSWORD = "it's \\n \"$HOME\" `id` %s needle";
    private static final Map<String, Object> INPUT = Map.of("service", "notes");

    @TempDir
    static Path directory;

    private static Path project;
    private static Path temporary;
    private static OpenSshServer server;
    private static Bench bench;

    @BeforeAll
    static void begin() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/sshd")), "openssh-server is not installed");
        assumeTrue(Files.isExecutable(ANSIBLE), "ansible-core is not installed");
        project = Files.createDirectory(directory.resolve("project"));
        temporary = Files.createDirectory(directory.resolve("tmp"));
        server = new OpenSshServer(
                directory,
                "SetEnv TMPDIR=" + temporary + " ANSIBLE_HOME=" + directory.resolve("home") + " ANSIBLE_REMOTE_TEMP="
                        + directory.resolve("remote"));
        bench = new Bench(directory.resolve("data"));
        bench.secrets.put("key", server.privateKey());
        bench.secrets.put("vault", PASSWORD);
        bench.hosts.put("control-01", host("control-01", server));
        bench.services.put("notes", service("notes", automation(Optional.empty())));
        control("control-01");
    }

    @AfterAll
    static void end() throws Exception {
        if (bench != null) {
            bench.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void project() throws IOException {
        write("ansible.cfg", "[defaults]\nroles_path = roles\nstdout_callback = minimal\nforce_color = true\n");
        write(
                "inventory/hosts.yml",
                "all:\n  hosts:\n    here:\n      ansible_connection: local\n      ansible_python_interpreter: /usr/bin/python3\n");
        write("playbooks/deploy.yml", playbook("all"));
        write("roles/notes_api/defaults/main.yml", "greeting: hello\n");
        write("roles/notes_api/handlers/main.yml", "---\n");
        write("roles/notes_api/README.md", "# notes_api\n");
        write("roles/notes_api/templates/notes.j2", "{{ greeting }}\n");
        write(
                "roles/notes_api/tasks/main.yml",
                task("Write notes", "template: {src: notes.j2, dest: DIR/notes, mode: '0600'}"));
        Files.deleteIfExists(project.resolve("notes"));
        Files.deleteIfExists(project.resolve("group_vars/all.yml"));
    }

    private static String playbook(String hosts) {
        return "- name: Deploy\n  hosts: " + hosts + "\n  gather_facts: false\n  roles:\n    - role: notes_api\n";
    }

    private static String task(String name, String module) {
        return "- name: " + name + "\n  ansible.builtin." + module.replace("DIR", project.toString()) + "\n";
    }

    private static void write(String name, String text) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static Map<String, Object> with(Object... more) {
        Map<String, Object> input = new HashMap<>(INPUT);
        for (int i = 0; i < more.length; i += 2) {
            input.put((String) more[i], more[i + 1]);
        }
        return input;
    }

    @Test
    void aCompleteRoleIsRunAndTheSecondRunChangesNothing() throws IOException {
        AnsibleRoleCheck.Output check = bench.run(AnsibleRoleCheck.class, INPUT);
        assertThat(check.role()).isEqualTo("notes_api");
        assertThat(check.expectedChanges()).isZero();
        assertThat(project.resolve("notes")).doesNotExist();

        AnsibleRun.Output first = bench.run(AnsibleRun.class, INPUT);
        assertThat(first.changed()).isOne();
        assertThat(first.hosts()).isOne();
        assertThat(project.resolve("notes")).hasContent("hello");
        AnsibleRun.Output second = bench.run(AnsibleRun.class, with("expectedChanges", "0"));
        assertThat(second.changed()).isZero();
        assertThat(second.idempotent()).isTrue();
        assertThat(first.idempotent()).isFalse();
        assertThat(second.recap()).isEqualTo("here: ok=1 changed=0 unreachable=0 failed=0");
    }

    @Test
    void whatIsMissingIsNamedAtOnce() throws IOException {
        Files.delete(project.resolve("roles/notes_api/handlers/main.yml"));
        write("roles/notes_api/README.md", "");
        Files.delete(project.resolve("roles/notes_api/templates/notes.j2"));
        Files.delete(project.resolve("roles/notes_api/templates"));
        Files.delete(project.resolve("inventory/hosts.yml"));
        write("playbooks/deploy.yml", "- name: notes_api\n  hosts: all\n  tasks: []\n");

        StepFailure failure = bench.failure(AnsibleRoleCheck.class, INPUT);
        assertThat(failure.reason()).isEqualTo(RoleReview.INCOMPLETE);
        assertThat(failure)
                .hasMessageContaining(
                        "Not there, or empty: roles/notes_api/handlers/main.yml, roles/notes_api/templates/,"
                                + " roles/notes_api/README.md, inventory/hosts.yml, role notes_api in playbooks/deploy.yml");
        Files.delete(project.resolve("playbooks/deploy.yml"));
        assertThat(bench.failure(AnsibleRoleCheck.class, INPUT)).hasMessageContaining("inventory/hosts.yml. Write");
        assertThat(bench.failure(AnsibleRoleCheck.class, INPUT)).hasMessageContaining(", playbooks/deploy.yml, ");
    }

    @Test
    void theCriterionOfAQualificationSaysWhatIsMissingAndDoesNotFail() throws IOException {
        AutomationCheck.Output whole = bench.run(AutomationCheck.class, INPUT);
        assertThat(whole.result()).isEqualTo("true");
        assertThat(whole.ready()).isTrue();
        assertThat(whole.playbook()).isEqualTo("playbooks/deploy.yml on control-01, role notes_api");

        Files.delete(project.resolve("roles/notes_api/handlers/main.yml"));
        AutomationCheck.Output missing = bench.run(AutomationCheck.class, INPUT);
        assertThat(missing.automated()).isTrue();
        assertThat(missing.ready()).isFalse();
        assertThat(missing.result()).isEqualTo("false");
        assertThat(missing.summary()).contains("RoleIncomplete", "roles/notes_api/handlers/main.yml");
        write("roles/notes_api/handlers/main.yml", "- broken: [\n");
        assertThat(bench.run(AutomationCheck.class, INPUT).summary()).contains("PlaybookInvalid");

        bench.services.put("plain", service("plain", Optional.empty()));
        AutomationCheck.Output none = bench.run(AutomationCheck.class, Map.of("service", "plain"));
        assertThat(none.automated()).isFalse();
        assertThat(none.result()).isEqualTo("not asked");
    }

    @Test
    void aSyntaxErrorIsNamedWithItsFileAndLine() throws IOException {
        write("roles/notes_api/tasks/main.yml", "- name: Broken\n   debug: [\n");

        StepFailure failure = bench.failure(AnsibleRoleCheck.class, INPUT);
        assertThat(failure.reason()).isEqualTo(RoleReview.INVALID);
        assertThat(failure)
                .hasMessageContaining("Syntax Error while loading YAML")
                .hasMessageContaining("roles/notes_api/tasks/main.yml': line 2");
    }

    @Test
    void aFailingTaskIsNamedWithItsHost() throws IOException {
        write("roles/notes_api/tasks/main.yml", task("Break", "command: /bin/false"));

        StepFailure failure = bench.failure(AnsibleRun.class, INPUT);
        assertThat(failure.reason()).isEqualTo(AnsibleRun.FAILED);
        assertThat(failure).hasMessageContaining("(exit status 2): hosts: here (failed in 'notes_api : Break').");
    }

    @Test
    void aFailureThatThePlaybookPassesOverIsSaid() throws IOException {
        write(
                "roles/notes_api/tasks/main.yml",
                task("Break", "command: /bin/false\n  ignore_errors: true")
                        + "- block:\n    - ansible.builtin.command: /bin/false\n"
                        + "  rescue:\n    - ansible.builtin.debug: {msg: mended}\n");

        assertThat(bench.run(AnsibleRun.class, INPUT).summary())
                .contains(" ran to its end: 1 host, ")
                .endsWith("; 2 failed and were ignored or rescued by the playbook itself.");
    }

    @Test
    void aHostThatIsNotReachedIsNamed() throws IOException {
        write(
                "inventory/hosts.yml",
                Files.readString(project.resolve("inventory/hosts.yml"))
                        + "    away: {ansible_host: 127.0.0.1, ansible_port: 1, ansible_connection: ssh}\n");

        StepFailure failure = bench.failure(AnsibleRun.class, INPUT);
        assertThat(failure.reason()).isEqualTo(AnsibleRun.FAILED);
        assertThat(failure).hasMessageContaining("hosts: away (unreachable in 'notes_api : Write notes').");
    }

    @Test
    void aPlaybookThatReachesNoHostHasFailed() throws IOException {
        write("playbooks/deploy.yml", playbook("nobody"));

        StepFailure failure = bench.failure(AnsibleRun.class, INPUT);
        assertThat(failure.reason()).isEqualTo(AnsibleRun.FAILED);
        assertThat(failure).hasMessageContaining("(exit status 0): it ended without a recap of any host");
    }

    @Test
    void moreChangesThanExpectedAreRefused() throws IOException {
        write("roles/notes_api/tasks/main.yml", task("Always", "command: /bin/true"));

        StepFailure failure = bench.failure(AnsibleRun.class, with("expectedChanges", "0"));
        assertThat(failure.reason()).isEqualTo(AnsibleRun.NOT_IDEMPOTENT);
        assertThat(failure).hasMessageContaining("changed 1, where at most 0 was expected. Changed: here 1.");
        assertThat(bench.run(AnsibleRun.class, with("expectedChanges", "1")).changed())
                .isOne();
    }

    /** The server died before it recorded the end: the same attempt again. */
    @Test
    void anAttemptThatIsResumedDoesNotRunThePlaybookAgain() throws IOException {
        write("roles/notes_api/tasks/main.yml", task("Append", "shell: echo once >>DIR/notes"));
        TestContext context = bench.context();
        AnsibleRun.Input input = (AnsibleRun.Input) bench.bind(AnsibleRun.class, INPUT);

        assertThat(bench.get(AnsibleRun.class).run(input, context).changed()).isOne();
        context.close(false);
        assertThat(bench.get(AnsibleRun.class).run(input, context).changed()).isOne();
        context.close(true);
        assertThat(project.resolve("notes")).hasContent("once");
    }

    @Test
    void theVaultPasswordIsInNoCommandLineNoFileAndNoFactOfTheControlHost() throws Exception {
        Path plain = Files.writeString(directory.resolve("password"), PASSWORD);
        Path variables = Files.createDirectories(project.resolve("group_vars")).resolve("all.yml");
        Files.writeString(variables, "greeting: from the vault\n");
        Process encrypt = new ProcessBuilder(
                        "ansible-vault", "encrypt", "--vault-password-file", plain.toString(), variables.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("encrypt.log").toFile())
                .start();
        assertThat(encrypt.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(variables).content().startsWith("$ANSIBLE_VAULT");
        Files.move(
                variables,
                Files.createDirectories(project.resolve("playbooks/group_vars")).resolve("all.yml"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.delete(plain);
        try {
            lookedForWhileItRuns();
        } finally {
            Files.delete(project.resolve("playbooks/group_vars/all.yml"));
        }
    }

    private void lookedForWhileItRuns() throws IOException {
        write(
                "roles/notes_api/tasks/main.yml",
                task("Write notes", "template: {src: notes.j2, dest: DIR/notes, mode: '0600'}")
                        + task(
                                "Look",
                                "shell: \"{ env; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\\\0' '\\\\n';"
                                        + " find " + temporary + " -type f -exec cat {} +; ls -lR " + temporary
                                        + "; } >DIR/looked\""));
        StepFailure without = bench.failure(AnsibleRun.class, INPUT);
        assertThat(without).hasMessageContaining("ecrypt");

        TestContext context = bench.context();
        bench.run(AnsibleRun.class, context, with("vaultPassword", "secret:vault"));
        assertThat(project.resolve("notes")).hasContent("from the vault");
        assertThat(project.resolve("looked"))
                .content()
                .contains("--vault-password-file", "#!/bin/sh", "-rwx------", "drwx------")
                .doesNotContain("needle");
        assertThat(String.join("", context.lines())).doesNotContain("needle");
        assertThat(vaults()).isEmpty();
        assertThat(bench.run(AnsibleRoleCheck.class, with("vaultPassword", "secret:vault"))
                        .role())
                .isEqualTo("notes_api");

        bench.services.put("vaulted", service("vaulted", automation(Optional.of(SecretRef.parse("secret:vault")))));
        assertThat(bench.run(AutomationCheck.class, Map.of("service", "vaulted"))
                        .result())
                .isEqualTo("true");
        assertThat(bench.run(AnsibleRun.class, Map.of("service", "vaulted")).hosts())
                .isOne();

        bench.secrets.put("vault", "wrong");
        assertThat(bench.failure(AnsibleRun.class, with("vaultPassword", "secret:vault"))
                        .reason())
                .isEqualTo(AnsibleRun.FAILED);
        bench.secrets.put("vault", "two\nlines");
        StepFailure lines = bench.failure(AnsibleRun.class, with("vaultPassword", "secret:vault"));
        assertThat(lines.reason()).isEqualTo(Reason.INVALID_INPUT);
        assertThat(lines).hasMessageNotContaining("two");
        bench.secrets.put("vault", PASSWORD);
        assertThat(bench.failure(AnsibleRun.class, with("vaultPassword", "needle")))
                .hasMessageNotContaining("needle");
    }

    @Test
    void whatIsCancelledEndsAndLeavesNothingOfTheVault() throws Exception {
        write("roles/notes_api/tasks/main.yml", task("Begin", "shell: echo $$ >DIR/notes; exec sleep 1000"));
        TestContext context = bench.context();
        CompletableFuture<StepFailure> ended = CompletableFuture.supplyAsync(
                () -> bench.failure(AnsibleRun.class, context, with("vaultPassword", "secret:vault")));
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(project.resolve("notes")) && Files.size(project.resolve("notes")) > 0);
            assertThat(vaults()).hasSize(1);
        } finally {
            context.cancel();
        }

        assertThat(ended.get(60, TimeUnit.SECONDS).reason()).isEqualTo(Reason.CANCELLED);
        assertThat(vaults()).isEmpty();
        long task = Long.parseLong(Files.readString(project.resolve("notes")).strip());
        // Killed, it stays in the list of processes until its parent or init takes note.
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        ProcessHandle.of(task).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void aControlHostWithoutAnsibleOrWithoutTheProjectIsRefused() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        Path programs = Files.createDirectory(other.resolve("programs"));
        try (Stream<Path> all = Files.list(Path.of("/usr/bin"))) {
            for (Path program : all.toList()) {
                if (!program.getFileName().toString().startsWith("ansible")) {
                    Files.createSymbolicLink(programs.resolve(program.getFileName()), program);
                }
            }
        }
        try (OpenSshServer bare = new OpenSshServer(other, "SetEnv PATH=" + programs)) {
            bench.secrets.put("bare", bare.privateKey());
            bench.hosts.put("bare-01", host("bare-01", "bare", bare));
            control("bare-01");
            assertThat(bench.failure(AnsibleRoleCheck.class, INPUT).reason()).isEqualTo(Project.TOOL_MISSING);
            assertThat(bench.failure(AnsibleRun.class, INPUT).reason()).isEqualTo(Project.TOOL_MISSING);
        } finally {
            control("control-01");
        }
        bench.facilities = facilities(new ControlHost("control-01", directory + "/nowhere"));
        assertThat(bench.failure(AnsibleRoleCheck.class, INPUT).reason()).isEqualTo(Reason.NOT_FOUND);
        bench.facilities = Facilities.NONE;
        StepFailure none = catchThrowableOfType(StepFailure.class, () -> bench.run(AnsibleRun.class, INPUT));
        assertThat(none.reason()).isEqualTo(Reason.NOT_IN_INVENTORY);
        control("control-01");
    }

    private static List<Path> vaults() throws IOException {
        try (Stream<Path> all = Files.list(temporary)) {
            return all.filter(path -> path.getFileName().toString().startsWith("muster-vault."))
                    .toList();
        }
    }

    private static void control(String host) {
        bench.facilities = facilities(new ControlHost(host, project.toString()));
    }

    private static Facilities facilities(ControlHost control) {
        return new Facilities(Optional.empty(), Optional.empty(), Optional.of(control), false);
    }

    private static Inventory.Host host(String name, OpenSshServer server) {
        return host(name, "key", server);
    }

    private static Inventory.Host host(String name, String key, OpenSshServer server) {
        return new Inventory.Host(
                name,
                new Inventory.Ssh(
                        "127.0.0.1",
                        server.port(),
                        server.user(),
                        List.of(server.hostKey()),
                        Optional.of(new SecretRef(key)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private static Optional<Automation> automation(Optional<SecretRef> vault) {
        return Optional.of(new Automation("notes_api", "playbooks/deploy.yml", "inventory/hosts.yml", 0, vault));
    }

    private static Inventory.Service service(String name, Optional<Automation> automation) {
        return new Inventory.Service(
                name,
                "",
                "registry.example/notes",
                Inventory.ContainerClass.EXPERIMENTAL,
                "control-01",
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                null,
                "no",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                new Qualification(Optional.empty(), automation, Optional.empty(), Optional.empty(), false));
    }
}
