package io.muster.engine;

import jakarta.ws.rs.core.Response.Status;
import java.util.Optional;
import org.camunda.bpm.engine.rest.exception.RestException;

/**
 * What a person asked for is refused, and nothing was changed. A {@link RestException}, because Camunda's REST resources
 * pass its status on and turn most of the engine's own exceptions into a 500.
 */
public final class Refused extends RestException {

    private Refused(Status status, String message) {
        super(status, message);
    }

    /** 400: the request's content is wrong. */
    static Refused invalid(String message) {
        return new Refused(Status.BAD_REQUEST, message);
    }

    /** 403: the person may not do this. */
    static Refused forbidden(String message) {
        return new Refused(Status.FORBIDDEN, message);
    }

    /** 409: it contradicts what was asked for before. */
    static Refused conflict(String message) {
        return new Refused(Status.CONFLICT, message);
    }

    /** The refusal that an exception was caused by: listeners' exceptions arrive wrapped. */
    static Optional<Refused> in(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof Refused refused) {
                return Optional.of(refused);
            }
        }
        return Optional.empty();
    }
}
