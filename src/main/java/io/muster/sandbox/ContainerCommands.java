package io.muster.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What answers {@code pct exec} on the node: no host's namespaces reach into another's, so the program there leaves its
 * arguments in a directory, and the command is run from here.
 */
final class ContainerCommands implements SandboxService {

    private static final Logger log = LoggerFactory.getLogger(ContainerCommands.class);
    private static final String CALLS = "/var/lib/pct";
    private static final int LOOK_EVERY_MILLIS = 20;
    private static final int REFUSED = 255;

    private final Jail node;
    private final IntFunction<Optional<SandboxHost>> containers;
    private final Set<Path> taken = ConcurrentHashMap.newKeySet();
    private final ExecutorService work = Executors.newCachedThreadPool(task -> daemon(task, "sandbox-pct"));
    private final ScheduledExecutorService looking =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "sandbox-pct-look"));

    private record Answer(int status, byte[] out, byte[] err) {
        static Answer refused(String why) {
            return new Answer(REFUSED, new byte[0], (why + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    ContainerCommands(Jail node, IntFunction<Optional<SandboxHost>> containers) {
        this.node = node;
        this.containers = containers;
    }

    /** The program {@code pct}, in a directory that lies over one that is searched for programs and else is empty. */
    static Jail.Bind program(Path directory) {
        try {
            Path programs = Files.createDirectories(directory.resolve("programs"));
            Path program = programs.resolve("pct");
            try (InputStream in = ContainerCommands.class.getResourceAsStream("pct.sh")) {
                Files.copy(in, program, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            return new Jail.Bind(programs, "/usr/local/sbin", true);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write the program pct of the sandbox's node", e);
        }
    }

    @Override
    public void start() {
        try {
            RootedPaths.createDirectories(node.root(), CALLS);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not make " + CALLS + " on the sandbox's node", e);
        }
        looking.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        looking.shutdownNow();
        work.shutdownNow();
    }

    private void look() {
        try (DirectoryStream<Path> calls = Files.newDirectoryStream(calls(), "call.*")) {
            for (Path call : calls) {
                boolean asked = Files.isRegularFile(call.resolve("arguments"), LinkOption.NOFOLLOW_LINKS)
                        && Files.notExists(call.resolve("status"), LinkOption.NOFOLLOW_LINKS);
                if (asked && taken.add(call)) {
                    work.execute(() -> answer(call));
                }
            }
            taken.removeIf(call -> Files.notExists(call, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException | RuntimeException e) {
            log.warn("Looking for calls of pct failed; it goes on", e);
        }
    }

    private Path calls() throws IOException {
        return RootedPaths.resolve(node.root(), CALLS, true);
    }

    private void answer(Path call) {
        try {
            Answer answer = answer(Files.readAllLines(call.resolve("arguments")).stream()
                    .map(line -> new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8))
                    .toList());
            Files.write(call.resolve("stdout"), answer.out());
            Files.write(call.resolve("stderr"), answer.err());
            Files.writeString(call.resolve("status.new"), answer.status() + "\n");
            Files.move(call.resolve("status.new"), call.resolve("status"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            log.warn("A call of pct could not be answered; is who called gone?", e);
        }
    }

    private Answer answer(List<String> arguments) throws IOException {
        boolean exec = arguments.size() > 3
                && arguments.get(0).equals("exec")
                && arguments.get(1).matches("[1-9]\\d{2,8}")
                && arguments.get(2).equals("--");
        if (!exec) {
            return Answer.refused("the sandbox's pct knows only: pct exec <vmid> -- <command> [<argument> ...]");
        }
        int vmid = Integer.parseInt(arguments.get(1));
        Optional<SandboxHost> container = containers.apply(vmid);
        if (container.isEmpty()) {
            return Answer.refused("Configuration file 'nodes/proxima/lxc/" + vmid + ".conf' does not exist");
        }
        if (!container.get().running()) {
            return Answer.refused("container '" + vmid + "' not running!");
        }
        return run(container.get().jail().exec(arguments.subList(3, arguments.size()), Map.of(), "/"));
    }

    private Answer run(Process process) throws IOException {
        process.getOutputStream().close();
        var err = work.submit(() -> process.getErrorStream().readAllBytes());
        byte[] out = process.getInputStream().readAllBytes();
        try {
            return new Answer(process.waitFor(), out, err.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.refused("the node goes down");
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IOException("The command's error output could not be read", e.getCause());
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
