package io.muster.step;

import java.util.Optional;

/**
 * One thing that is wrong with a step's input.
 *
 * @param value what was given, shortened, {@code ***} for secrets; empty when nothing was given
 * @param problem a clause: {@code is not a whole number}
 * @param fix a sentence
 */
public record InputProblem(Kind kind, String parameter, Optional<String> value, String problem, String fix) {

    public enum Kind {
        MISSING,
        UNKNOWN,
        INVALID,
        /** A secret given as itself instead of by reference. */
        SECRET
    }

    /** {@code Input 'port' is 'abc': it is not a whole number. Give digits only, for example '22'.} */
    public String message() {
        return sentence() + " " + fix;
    }

    /** What is wrong, without the fix. */
    public String sentence() {
        return value.map(given -> "Input '" + parameter + "' is '" + given + "': it " + problem + ".")
                .orElseGet(() -> "Input '" + parameter + "' " + problem + ".");
    }
}
