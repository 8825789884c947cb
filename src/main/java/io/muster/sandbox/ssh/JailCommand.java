package io.muster.sandbox.ssh;

import io.muster.sandbox.Jail;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command (or a login shell) inside a jail, its streams those of the channel. When the channel closes while it runs,
 * its process group is killed; what it put into the background with {@code setsid} lives on.
 */
final class JailCommand implements Command {

    private static final Logger log = LoggerFactory.getLogger(JailCommand.class);
    private static final int NOT_STARTED = 126;
    private static final int BUFFER = 32 * 1024;

    private final Jail jail;
    private final Optional<String> command;
    private final Supplier<Duration> delay;
    private final Executor threads;

    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private OutputStream err = OutputStream.nullOutputStream();
    private ExitCallback exit = (code, message, close) -> {};
    private volatile Optional<Process> process = Optional.empty();
    private volatile boolean destroyed;

    /**
     * @param command empty for a login shell
     * @param delay before it starts: a slow network, on purpose
     */
    JailCommand(Jail jail, Optional<String> command, Supplier<Duration> delay, Executor threads) {
        this.jail = jail;
        this.command = command;
        this.delay = delay;
        this.threads = threads;
    }

    @Override
    public void setInputStream(InputStream stream) {
        in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        err = stream;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        boolean terminal = environment.getEnv().containsKey(Environment.ENV_TERM);
        environment.addSignalListener((ch, signal) -> forward(signal));
        Map<String, String> env = accepted(environment.getEnv());
        threads.execute(() -> run(terminal, env));
    }

    @Override
    public void destroy(ChannelSession channel) {
        destroyed = true;
        process.filter(Process::isAlive).ifPresent(this::kill);
    }

    private void run(boolean terminal, Map<String, String> env) {
        try {
            Thread.sleep(delay.get().toMillis());
            Process started = jail.exec(argv(terminal), env, "/root");
            process = Optional.of(started);
            threads.execute(() -> input(started));
            CompletableFuture<Void> errors =
                    CompletableFuture.runAsync(() -> output(started.getErrorStream(), err), threads);
            CompletableFuture<Void> output =
                    CompletableFuture.runAsync(() -> output(started.getInputStream(), out), threads);
            int code = await(started);
            CompletableFuture.allOf(errors, output).join();
            exit.onExit(code);
        } catch (IOException | IllegalStateException e) {
            log.warn("A command could not be started", e);
            exit.onExit(NOT_STARTED, "The command could not be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exit.onExit(NOT_STARTED, "The host goes down.");
        }
    }

    private List<String> argv(boolean terminal) {
        List<String> plain = command.map(text -> List.of("/bin/sh", "-c", text)).orElse(List.of("/bin/sh", "-l"));
        if (!terminal) {
            return plain;
        }
        // Only a program inside can open a terminal of the jail's own; this one passes the exit status on.
        return List.of("script", "-qec", command.orElse("/bin/sh -l"), "/dev/null");
    }

    /** The channel may have closed before there was anything to kill. */
    private int await(Process started) throws InterruptedException {
        while (!started.waitFor(200, TimeUnit.MILLISECONDS)) {
            if (destroyed) {
                kill(started);
            }
        }
        return started.exitValue();
    }

    private void kill(Process running) {
        jail.signalGroup(running, "KILL");
    }

    private void forward(Signal signal) {
        if (signal != Signal.WINCH) {
            process.filter(Process::isAlive).ifPresent(running -> jail.signalGroup(running, signal.name()));
        }
    }

    private void input(Process started) {
        try (OutputStream to = started.getOutputStream()) {
            copy(in, to);
        } catch (IOException ended) {
            log.trace("The command or its client reads and writes no more", ended);
        }
    }

    private static void output(InputStream from, OutputStream to) {
        try {
            copy(from, to);
        } catch (IOException closed) {
            log.trace("The client reads no more", closed);
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            to.write(buffer, 0, n);
            to.flush();
        }
    }

    /** As OpenSSH's server does by default. */
    private static Map<String, String> accepted(Map<String, String> asked) {
        Map<String, String> env = new TreeMap<>();
        asked.forEach((name, value) -> {
            if (name.equals("LANG") || name.startsWith("LC_") || name.equals("TERM")) {
                env.put(name, value);
            }
        });
        env.putAll(Map.of("USER", "root", "LOGNAME", "root", "SHELL", "/bin/sh"));
        return env;
    }
}
