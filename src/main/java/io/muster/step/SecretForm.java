package io.muster.step;

import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;

/** Secrets enter a step as references only, so that no diagram and no process variable ever holds one. */
final class SecretForm {

    private static final Pattern REFERENCE = Pattern.compile("secret:[A-Za-z0-9][A-Za-z0-9._-]*");

    private SecretForm() {}

    /** Whether every text in a bound value is a reference. */
    static boolean holds(Object value) {
        if (value instanceof Collection<?> collection) {
            return collection.stream().allMatch(SecretForm::holds);
        }
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().allMatch(SecretForm::holds);
        }
        return !(value instanceof String text) || REFERENCE.matcher(text).matches();
    }
}
