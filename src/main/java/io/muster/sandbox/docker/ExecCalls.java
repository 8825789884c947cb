package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.StreamConnection;

/** Commands in running containers over the API. They are forgotten with the engine, as with the real one. */
final class ExecCalls {
    private static final Logger LOG = LoggerFactory.getLogger(ExecCalls.class);
    private static final String RAW = "application/vnd.docker.raw-stream";

    private final Containers containers;
    private final Executor threads;
    private final Map<String, Exec> execs = new ConcurrentHashMap<>();

    ExecCalls(Containers containers, Executor threads) {
        this.containers = containers;
        this.threads = threads;
    }

    void addTo(Routes routes) {
        routes.add("POST", "/containers/{}/exec", this::create);
        routes.add("POST", "/exec/{}/start", this::start);
        routes.add("POST", "/exec/{}/resize", call -> call.empty(200));
        routes.add("GET", "/exec/{}/json", call -> call.json(200, require(call).json()));
    }

    private Exec require(Call call) {
        return Optional.ofNullable(execs.get(call.path(1)))
                .orElseThrow(() -> EngineException.notFound("No such exec instance: " + call.path(1)));
    }

    private void create(Call call) throws IOException {
        Container container = containers.require(call.path(1));
        container.jail();
        ObjectNode config = call.body();
        if (config.path("Cmd").isEmpty()) {
            throw EngineException.badRequest("No exec command specified");
        }
        execs.values().removeIf(exec -> exec.container().removed());
        Exec exec = new Exec(Ids.next(), container, config);
        execs.put(exec.id(), exec);
        call.json(201, Json.object().put("Id", exec.id()));
    }

    private void start(Call call) throws IOException {
        Exec exec = require(call);
        ObjectNode options = call.body();
        if (options.path("Detach").asBoolean()) {
            Process process = exec.start();
            process.getOutputStream().close();
            threads.execute(() -> attend(exec, InputStream.nullInputStream(), OutputStream.nullOutputStream(), true));
            call.empty(200);
            return;
        }
        boolean raw = options.path("Tty").asBoolean();
        boolean upgrade = call.exchange().getRequestHeaders().contains(Headers.UPGRADE);
        exec.start();
        if (upgrade) {
            call.exchange().getResponseHeaders().put(Headers.CONTENT_TYPE, RAW);
            call.exchange()
                    .upgradeChannel(
                            "tcp",
                            (connection, exchange) -> threads.execute(() -> {
                                connection.getSourceChannel().suspendReads();
                                attend(exec, connection, raw);
                            }));
            call.exchange().endExchange();
        } else {
            OutputStream out = call.stream(RAW);
            out.flush();
            attend(exec, InputStream.nullInputStream(), out, raw);
            call.exchange().endExchange();
        }
    }

    private void attend(Exec exec, StreamConnection connection, boolean raw) {
        try (RawConnection both = new RawConnection(connection)) {
            attend(exec, both.in(), both.out(), raw);
        }
    }

    /** Passes input and output until the command has ended. */
    private void attend(Exec exec, InputStream in, OutputStream out, boolean raw) {
        Process process = exec.process();
        Frames frames = new Frames(out, raw);
        threads.execute(() -> feed(process, exec.wantsInput() ? in : InputStream.nullInputStream()));
        Thread errors = new Thread(() -> pump(process.getErrorStream(), ContainerLog.STDERR, frames), "exec-errors");
        errors.setDaemon(true);
        errors.start();
        pump(process.getInputStream(), ContainerLog.STDOUT, frames);
        try {
            errors.join();
            exec.ended(process.waitFor());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void feed(Process process, InputStream in) {
        try (OutputStream input = process.getOutputStream()) {
            byte[] buffer = new byte[ContainerLog.PART];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                input.write(buffer, 0, read);
                input.flush();
            }
        } catch (IOException e) {
            LOG.debug("The input of an exec ended early", e);
        }
    }

    /** Goes on reading when the client has gone, so that the command is not held up. */
    private static void pump(InputStream from, int stream, Frames frames) {
        byte[] buffer = new byte[ContainerLog.PART];
        boolean there = true;
        try {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                there = there && send(frames, stream, buffer, read);
            }
        } catch (IOException e) {
            LOG.debug("The output of an exec broke off", e);
        }
    }

    private static boolean send(Frames frames, int stream, byte[] content, int length) {
        try {
            frames.write(stream, content, length);
            frames.flush();
            return true;
        } catch (IOException e) {
            LOG.debug("The client of an exec went away", e);
            return false;
        }
    }

    /** One command. */
    private static final class Exec {
        private final String id;
        private final Container container;
        private final ObjectNode config;
        private volatile Optional<Process> process = Optional.empty();
        private volatile Optional<Integer> exitCode = Optional.empty();

        Exec(String id, Container container, ObjectNode config) {
            this.id = id;
            this.container = container;
            this.config = config;
        }

        String id() {
            return id;
        }

        Container container() {
            return container;
        }

        boolean wantsInput() {
            return config.path("AttachStdin").asBoolean();
        }

        Process process() {
            return process.orElseThrow();
        }

        synchronized Process start() throws IOException {
            if (process.isPresent()) {
                throw EngineException.conflict("Error: Exec command " + id + " has already run");
            }
            Map<String, String> environment = container.definition().environment();
            environment.putAll(Definition.environment(Json.texts(config.path("Env"))));
            List<String> command = Json.texts(config.path("Cmd"));
            String asked = config.path("WorkingDir").asText("");
            String workdir = asked.isEmpty() || config.path("WorkingDir").isNull()
                    ? container.definition().workdir()
                    : asked;
            process = Optional.of(container.jail().exec(command, environment, workdir));
            return process.get();
        }

        void ended(int code) {
            exitCode = Optional.of(code);
        }

        ObjectNode json() {
            ObjectNode json = Json.object()
                    .put("ID", id)
                    .put("ContainerID", container.definition().id())
                    .put("Running", process.isPresent() && exitCode.isEmpty())
                    .put("OpenStdin", wantsInput())
                    .put("OpenStdout", config.path("AttachStdout").asBoolean())
                    .put("OpenStderr", config.path("AttachStderr").asBoolean())
                    .put(
                            "Pid",
                            process.filter(Process::isAlive).map(Process::pid).orElse(0L));
            exitCode.ifPresentOrElse(code -> json.put("ExitCode", code), () -> json.putNull("ExitCode"));
            ObjectNode command = Json.object().put("tty", false).put("privileged", false);
            List<String> argv = Json.texts(config.path("Cmd"));
            command.put("entrypoint", argv.get(0));
            command.set("arguments", Json.array(argv.subList(1, argv.size())));
            json.set("ProcessConfig", command);
            return json;
        }
    }
}
