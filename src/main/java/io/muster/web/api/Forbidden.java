package io.muster.web.api;

import io.muster.web.security.Caller;
import java.util.List;

/** The caller's groups do not allow it. */
final class Forbidden extends RuntimeException {

    private Forbidden(String message) {
        super(message);
    }

    /** @throws Forbidden when the caller is in none of the groups; {@code what} reads on from "may not" */
    static void unlessIn(Caller caller, String what, String... groups) {
        if (caller.groups().stream().noneMatch(List.of(groups)::contains)) {
            throw new Forbidden(
                    caller.user() + " may not " + what + "; that is for " + String.join(" and ", groups) + ".");
        }
    }
}
