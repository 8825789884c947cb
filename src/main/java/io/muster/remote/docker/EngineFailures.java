package io.muster.remote.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.exception.UnauthorizedException;
import io.muster.remote.CommandEnded;
import io.muster.remote.net.Failures;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** docker-java's exceptions as failures of steps, with the engine's own words. */
final class EngineFailures {

    static final String DOCKER_ERROR = "DockerError";
    static final String PORT_TAKEN = "PortTaken";

    /** How an engine passes on what came of asking a registry. */
    private static final Pattern REGISTRY_SAYS = Pattern.compile(
            "(failed to (resolve reference|do request)\\b.*)?(Get|Head) \"?https?://|dial tcp|unauthorized"
                    + "|.*no basic auth credentials|.*pull access denied");

    /** Of names: they may be asked again. Other things that are not there stay so. */
    private static final String NO_SUCH_HOST = "no such host";

    private static final List<String> PASSING = List.of(
            "timeout",
            "connection refused",
            "connection reset",
            NO_SUCH_HOST,
            "server misbehaving",
            "temporary failure in name resolution",
            "no route to host",
            "network is unreachable",
            "eof",
            "status: 5");

    private static final String NO_SPACE = "no space left on device";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String what;
    private final String engine;

    /**
     * @param what what was tried: {@code inspect container notes}
     * @param engine the engine's host and endpoint
     */
    EngineFailures(String what, String engine) {
        this.what = what;
        this.engine = engine;
    }

    /** The failure, or the exception itself where it has nothing to do with the engine. */
    RuntimeException of(RuntimeException error) {
        if (error instanceof StepFailure) {
            return error;
        }
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandEnded ended) {
                return EngineOverSsh.failure(what, engine, ended);
            }
            if (cause instanceof IOException io && !(cause instanceof JsonProcessingException)) {
                return Failures.of(what, engine, io);
            }
        }
        if (error instanceof DockerException answered) {
            return answered(answered);
        }
        return error instanceof DockerClientException ? inStream(error) : error;
    }

    private StepFailure answered(DockerException error) {
        String said = said(error.getMessage());
        if (error instanceof NotFoundException) {
            return new StepFailure.Rejected(Reason.NOT_FOUND, message(said), error);
        }
        if (error instanceof ConflictException) {
            return new StepFailure.Rejected(Reason.CONFLICT, message(said), error);
        }
        if (error instanceof NotModifiedException) {
            return new StepFailure.Rejected(Reason.CONFLICT, message("it is in that state already"), error);
        }
        if (error instanceof UnauthorizedException) {
            return new StepFailure.Fatal(Reason.AUTHENTICATION_FAILED, message(said), error);
        }
        if (said.contains("port is already allocated") || said.contains("address already in use")) {
            return new StepFailure.Fatal(
                    PORT_TAKEN,
                    message(said)
                            + ". Something else listens on that port: find it on the host (`ss -ltnp`, `docker ps`), and"
                            + " free the port or give the service another one in the inventory.",
                    error);
        }
        if (said.contains(NO_SPACE)) {
            return full(said, error);
        }
        if (said.contains("client version")) {
            return new StepFailure.Fatal(
                    DOCKER_ERROR,
                    message(said) + ". Muster speaks the Docker API up to " + EngineConnection.NEWEST.getVersion()
                            + " (engines 20.10 to 29).",
                    error);
        }
        return switch (error.getHttpStatus()) {
            case 403 -> new StepFailure.Fatal(Reason.PERMISSION_DENIED, message(said), error);
            case 502, 503, 504 -> new StepFailure.Transient(DOCKER_ERROR, message(said), error);
            case 500 -> REGISTRY_SAYS.matcher(said).lookingAt()
                    ? fromRegistry(said, error)
                    : new StepFailure.Fatal(DOCKER_ERROR, message(said), error);
            default -> new StepFailure.Fatal(DOCKER_ERROR, message(said), error);
        };
    }

    /** An error that came inside a stream whose status was 200: how a pull fails. */
    private StepFailure inStream(RuntimeException error) {
        return fromRegistry(said(error.getMessage()), error);
    }

    /** What a registry refused comes as words only. */
    private StepFailure fromRegistry(String said, RuntimeException error) {
        String lower = said.toLowerCase(Locale.ROOT);
        if (lower.contains(NO_SPACE)) {
            return full(said, error);
        }
        boolean noSuch = lower.replace(NO_SUCH_HOST, "").contains("no such");
        if (lower.contains("not found") || lower.contains("manifest unknown") || noSuch) {
            return new StepFailure.Rejected(
                    Reason.NOT_FOUND,
                    message(said)
                            + ". The registry does not have it (any more): give a version that it has, or push it again.",
                    error);
        }
        if (lower.contains("unauthorized") || lower.contains("denied") || lower.contains("no basic auth")) {
            return new StepFailure.Fatal(
                    Reason.AUTHENTICATION_FAILED,
                    message(said)
                            + ". Give this registry, under `registries` of the environment in the inventory, a username and"
                            + " password that may pull it; or it is not there, which some registries say so.",
                    error);
        }
        if (lower.contains("x509:")) {
            return new StepFailure.Fatal(
                    Reason.CERTIFICATE_UNTRUSTED,
                    message(said) + ". The engine itself must trust the registry: put its authority's certificate into"
                            + " /etc/docker/certs.d/REGISTRY/ca.crt on the engine's host.",
                    error);
        }
        if (PASSING.stream().anyMatch(lower::contains)) {
            return new StepFailure.Transient(
                    DOCKER_ERROR,
                    message(said) + ". Check that the registry runs and is reached from the engine's host.",
                    error);
        }
        return new StepFailure.Fatal(DOCKER_ERROR, message(said), error);
    }

    private StepFailure full(String said, RuntimeException error) {
        return new StepFailure.Fatal(
                Reason.NO_SPACE,
                message(said)
                        + ". Free space where the engine keeps its data (`docker info --format '{{.DockerRootDir}}'`, `docker"
                        + " system df`; `docker image prune` removes images without a tag; remove versions that are not"
                        + " needed by name: `docker image ls`, `docker image rm`), then retry.",
                error);
    }

    private String message(String said) {
        return "Cannot " + what + ": the Docker engine of " + engine + " says: " + said;
    }

    /** {@code Status 404: {"message":"No such container: x"}} */
    private static String said(String text) {
        if (text == null || text.isBlank()) {
            return "nothing; look at its log";
        }
        String body = text.replaceFirst("^Status \\d+: ", "").strip();
        try {
            return JSON.readTree(body).path("message").asText(body).strip();
        } catch (JsonProcessingException e) {
            return body;
        }
    }
}
