package io.muster.web.api;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;

/** Why somebody intervenes; kept in the audit trail. */
record Reason(@Schema(description = "Why, 3 to 500 characters; kept in the audit trail") String reason) {

    private static final int SHORTEST = 3;
    private static final int LONGEST = 500;

    /** The one of the request's body, or of its parameter. */
    static Optional<String> of(Reason body, Optional<String> parameter) {
        return Optional.ofNullable(body)
                .map(Reason::reason)
                .or(() -> parameter)
                .map(text -> text.replaceAll("\\p{Cntrl}+", " ").strip())
                .filter(text -> !text.isEmpty());
    }

    /** @throws InvalidRequest when it is missing, or says nothing */
    static String required(Reason body, Optional<String> parameter) {
        String reason = of(body, parameter).orElse("");
        if (reason.length() < SHORTEST || reason.length() > LONGEST) {
            throw new InvalidRequest("Say why, in " + SHORTEST + " to " + LONGEST
                    + " characters: as the body {\"reason\": \"…\"} or as the parameter `reason`. It has "
                    + reason.length() + ".");
        }
        return reason;
    }
}
