package io.muster.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A process tree in Linux namespaces (user, mount, pid, uts) with a private root; it outlives this JVM. Thread-safe.
 *
 * <p>Below {@code dir}: {@code root/}, {@code stdout.log}, {@code stderr.log}, {@code pid} (main process, its start time,
 * its keeper), {@code exit} (the status once it has ended), and the generated scripts. The environment is handed over as
 * a process environment, never on a command line or in a file. It shares the machine's network and the user's id: it
 * protects the user's files, it is not a prison.
 */
public final class Jail {

    static final String READY = "ready";

    private static final Duration KILL_WAIT = Duration.ofSeconds(10);
    /** How long after the main process's end its status may still be on its way to the file. */
    private static final Duration STATUS_WAIT = Duration.ofSeconds(1);

    private static final Duration POLL = Duration.ofMillis(5);

    /**
     * @param dir where pid file, root and logs live; absolute
     * @param address the address that the hostname stands for inside
     * @param hosts further lines of {@code /etc/hosts}: name to address
     * @param binds in this order; a missing target is created
     * @param parent the jail it is nested in: its processes are seen and killed there
     * @param command what runs as the main process; found by {@code PATH} of {@code env} inside
     * @param env the whole environment, but for defaults of PATH, HOME, LANG and HOSTNAME; names that are not shell
     *     identifiers do not arrive
     * @param workdir absolute, inside; created if missing
     */
    public record Spec(
            Path dir,
            String hostname,
            String address,
            Map<String, String> hosts,
            List<Bind> binds,
            Optional<Jail> parent,
            List<String> command,
            Map<String, String> env,
            String workdir) {}

    /** Source: a directory or file of the machine, which must exist. Target: absolute, inside. */
    public record Bind(Path source, String target, boolean readOnly) {}

    private record Running(ProcessIdentity main, ProcessIdentity keeper) {}

    private final Spec spec;
    private volatile Optional<Running> running;

    private Jail(Spec spec) {
        this.spec = spec;
        this.running = readPid().filter(found -> found.main().alive());
    }

    /** Adopts the running one if its pid file names a live process of the same start time. */
    public static Jail of(Spec spec) {
        return new Jail(spec);
    }

    /** Files below it are what is seen inside, but for /usr, /proc, /dev, parts of /etc, and binds. */
    public Path root() {
        return spec.dir().resolve("root");
    }

    /** Appended by the processes themselves. */
    public Path stdout() {
        return spec.dir().resolve("stdout.log");
    }

    public Path stderr() {
        return spec.dir().resolve("stderr.log");
    }

    /** The main process's number on this machine, while it lives. */
    public OptionalLong pid() {
        return running.filter(r -> r.main().alive()).stream()
                .mapToLong(r -> r.main().pid())
                .findFirst();
    }

    /**
     * Returns once the root is mounted and the command is about to run; that there is no such command shows as exit
     * code 127.
     *
     * @throws IllegalStateException when running, when the parent is not, or when the namespaces could not be made
     */
    public synchronized void start() {
        if (alive()) {
            throw new IllegalStateException("Jail " + spec.dir() + " is running already; stop it first.");
        }
        List<String> parentNamespaces = parentNamespaces();
        try {
            Files.createDirectories(spec.dir());
            Files.deleteIfExists(pidFile());
            Files.deleteIfExists(exitFile());
            JailRoot files = new JailRoot(root());
            files.prepare(spec);
            Files.writeString(spec.dir().resolve("setup.sh"), new JailScripts(spec, root()).setup(spec.dir(), files));
            Files.writeString(launchScript(), JailScripts.launch(spec.dir(), parentNamespaces));
            awaitReady(launch());
        } catch (IOException e) {
            throw new UncheckedIOException("Could not prepare the jail " + spec.dir() + ": " + e.getMessage(), e);
        }
        running = readPid();
    }

    private Process launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Shell.tool("setsid"), "/bin/sh", launchScript().toString())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment(spec.env()));
        return builder.start();
    }

    /** What the scripts say before READY is why they failed; afterwards the pipe is of no use to anybody. */
    private void awaitReady(Process launcher) throws IOException {
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(launcher.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(READY)) {
                    return;
                }
                said.append(said.isEmpty() ? "" : "\n").append(line);
            }
        }
        Files.deleteIfExists(pidFile());
        throw new IllegalStateException("The namespaces of jail " + spec.dir() + " could not be made"
                + (said.isEmpty() ? "; see " + stderr() : ": " + said)
                + ". Whether this machine allows them at all is checked when the sandbox starts.");
    }

    public boolean alive() {
        return running.filter(r -> r.main().alive()).isPresent();
    }

    /**
     * Of the main process once it has ended; 128+n when signal n ended it. Empty while it runs, before it ever ran, and
     * when the whole machine went down with it.
     */
    public OptionalInt exitCode() {
        if (alive()) {
            return OptionalInt.empty();
        }
        OptionalInt written = readExit();
        if (written.isEmpty() && running.isPresent()) {
            // The keeper ends right after the main process, and the status is written right after that.
            waitUntil(() -> readExit().isPresent(), STATUS_WAIT);
            written = readExit();
        }
        return written;
    }

    /**
     * TERM to the main process, after {@code grace} KILL to all. As for any first process of a pid namespace, a TERM that
     * it does not handle is ignored.
     */
    public synchronized void stop(Duration grace) {
        signal("TERM");
        if (!awaitEnd(grace)) {
            kill();
        }
        exitCode();
    }

    /** KILL to all; returns when they are gone. */
    public synchronized void kill() {
        signal("KILL");
        if (!awaitEnd(KILL_WAIT)) {
            throw new IllegalStateException("Process " + pid() + " of jail " + spec.dir()
                    + " does not end although it was killed; it probably waits for a disk.");
        }
        exitCode();
    }

    /** Waits until the main process has ended, and tells whether it has. */
    public boolean awaitEnd(Duration atMost) {
        return waitUntil(() -> !alive(), atMost);
    }

    /** Sends a signal ({@code HUP}, {@code USR1}, …) to the main process; does nothing when it has ended. */
    public void signal(String name) {
        pid().ifPresent(pid -> sendSignal(name, Long.toString(pid)));
    }

    /**
     * Runs a command inside, with pipes, in a session of its own. The returned process is its agent on this machine: its
     * exit value is the command's, but signals must be sent by {@link #signalGroup}.
     *
     * @param env as in {@link Spec}
     * @throws IllegalStateException when the jail is not running
     */
    public Process exec(List<String> argv, Map<String, String> env, String workdir) throws IOException {
        Running into = running.filter(r -> r.main().alive())
                .orElseThrow(
                        () -> new IllegalStateException("Jail " + spec.dir() + " is not running; start it first."));
        List<String> command = new ArrayList<>(outerNamespaces(into));
        command.add(Shell.tool("setsid"));
        String proc = "/proc/" + into.main().pid() + "/ns/";
        command.addAll(List.of(Shell.tool("nsenter"), "--user=" + proc + "user", "--preserve-credentials"));
        command.addAll(List.of("--mount=" + proc + "mnt", "--uts=" + proc + "uts", "--"));
        command.addAll(List.of("/bin/sh", "-c", "cd -- \"$0\" || exit 126; " + JailScripts.EXECUTE, workdir));
        command.addAll(argv);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment(env));
        return builder.start();
    }

    /** Sends a signal to everything in the session's first process group of a command started by {@link #exec}. */
    public void signalGroup(Process exec, String name) {
        exec.children().forEach(child -> sendSignal(name, "-" + child.pid()));
    }

    private List<String> parentNamespaces() {
        return spec.parent()
                .map(parent -> outerNamespaces(parent.running
                        .filter(r -> r.main().alive())
                        .orElseThrow(() -> new IllegalStateException("Jail " + spec.dir() + " cannot start: its parent "
                                + parent.spec.dir() + " is not running. Start that first."))))
                .orElse(List.of());
    }

    /** The namespaces that mounted the root and own the processes, and still the machine's files. */
    private static List<String> outerNamespaces(Running into) {
        return List.of(
                Shell.tool("nsenter"),
                "--user=/proc/" + into.keeper().pid() + "/ns/user",
                "--preserve-credentials",
                "--pid=/proc/" + into.main().pid() + "/ns/pid",
                "--");
    }

    private Map<String, String> environment(Map<String, String> env) {
        Map<String, String> all = new TreeMap<>();
        all.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        all.put("HOME", "/root");
        all.put("LANG", "C.UTF-8");
        all.put("HOSTNAME", spec.hostname());
        all.putAll(env);
        return all;
    }

    private static void sendSignal(String name, String target) {
        try {
            new ProcessBuilder(Shell.tool("kill"), "-s", name, "--", target)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not run 'kill' for process " + target + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Running> readPid() {
        try {
            String[] words = Files.readString(pidFile()).strip().split(" ");
            ProcessIdentity main = new ProcessIdentity(Long.parseLong(words[0]), Long.parseLong(words[1]));
            long keeper = Long.parseLong(words[2]);
            return Optional.of(new Running(main, ProcessIdentity.of(keeper).orElse(new ProcessIdentity(keeper, 0))));
        } catch (NoSuchFileException never) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + pidFile() + ".", e);
        }
    }

    private OptionalInt readExit() {
        try {
            return OptionalInt.of(Integer.parseInt(Files.readString(exitFile()).strip()));
        } catch (NoSuchFileException notYet) {
            return OptionalInt.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + exitFile() + ".", e);
        }
    }

    private static boolean waitUntil(BooleanSupplier condition, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            try {
                Thread.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return condition.getAsBoolean();
            }
        }
        return true;
    }

    private Path pidFile() {
        return spec.dir().resolve("pid");
    }

    private Path exitFile() {
        return spec.dir().resolve("exit");
    }

    private Path launchScript() {
        return spec.dir().resolve("launch.sh");
    }
}
