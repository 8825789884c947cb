package io.muster.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A reference {@code secret:NAME}. The value is resolved at the moment of use by {@link Secrets}, and never kept.
 *
 * @param name letters, digits, {@code .}, {@code _} and {@code -}, beginning with a letter or digit: safe as a file name
 */
public record SecretRef(String name) {

    static final String PREFIX = "secret:";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,126}");

    public SecretRef {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("A secret's name has letters, digits, '.', '_' and '-' only,"
                    + " begins with a letter or digit, and has 127 characters at most.");
        }
    }

    /** Reads {@code secret:NAME}. The text is in no error's message, it may be a secret itself. */
    @JsonCreator
    public static SecretRef parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("A reference to a secret has the form secret:NAME.");
        }
        return new SecretRef(text.substring(PREFIX.length()));
    }

    static boolean isReference(String text) {
        return text.startsWith(PREFIX)
                && NAME.matcher(text.substring(PREFIX.length())).matches();
    }

    @Override
    @JsonValue
    public String toString() {
        return PREFIX + name;
    }
}
