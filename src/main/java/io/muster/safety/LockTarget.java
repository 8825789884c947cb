package io.muster.safety;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run may lock, written {@code service:production/notes} or {@code host:production/apps-01}.
 *
 * @param name of the service or host in the environment
 */
public record LockTarget(Kind kind, String environment, String name) {

    private static final Pattern TEXT = Pattern.compile("(service|host):([^\\s/:]+)/([^\\s/:]+)");

    public enum Kind {
        SERVICE,
        HOST
    }

    /** @throws IllegalArgumentException when the text is of another form */
    public static LockTarget parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' names nothing that can be locked; write service:ENVIRONMENT/SERVICE or"
                            + " host:ENVIRONMENT/HOST");
        }
        Kind kind = matcher.group(1).equals("service") ? Kind.SERVICE : Kind.HOST;
        return new LockTarget(kind, matcher.group(2), matcher.group(3));
    }

    @Override
    public String toString() {
        return (kind == Kind.SERVICE ? "service:" : "host:") + environment + "/" + name;
    }
}
