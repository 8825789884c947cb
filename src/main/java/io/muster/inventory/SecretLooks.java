package io.muster.inventory;

import java.util.regex.Pattern;

/** Tells what may be a secret, so that messages do not show it and environments do not carry it in the clear. */
final class SecretLooks {

    private static final Pattern NAME =
            Pattern.compile("(?i)(.*_)?(password|passwd|passphrase|secret|token|credentials?|pwd"
                    + "|(api|private|access|secret|encryption|signing|ssh)_?key)(_?(value|text))?");
    private static final Pattern USER_INFO =
            Pattern.compile("(?s).*[A-Za-z][A-Za-z0-9+.-]*://[^/?#@\\s]*:[^/?#@\\s]+@.*");
    private static final Pattern PRIVATE_KEY = Pattern.compile("(?s).*-----BEGIN [A-Z ]*PRIVATE KEY-----.*");

    private static final String SERVICE = "/environments/[^/]+/services/[^/]+/";
    private static final Pattern VARIABLE = Pattern.compile(SERVICE + "env/[^/]+");
    private static final Pattern SECRET = Pattern.compile(SERVICE + "secret-env/[^/]+"
            + "|" + SERVICE + "backup/(data/[0-9]+/password|encryption/identity)"
            + "|/environments/[^/]+/(registries/[^/]+/password|nodes/[^/]+/(token-secret|password)"
            + "|hosts/[^/]+/(ssh/(password|sudo-password|passphrase|private-key)|docker/private-key))");

    private SecretLooks() {}

    /** Whether a pointer leads to a variable in {@code env}. */
    static boolean isVariable(String pointer) {
        return VARIABLE.matcher(pointer).matches();
    }

    /** Whether a pointer leads to where a reference to a secret stands. */
    static boolean isSecret(String pointer) {
        return SECRET.matcher(pointer).matches();
    }

    /** {@code DB_PASSWORD}, {@code token}, {@code private-key}; not {@code PASSWORD_FILE} or {@code TOKEN_TTL}. */
    static boolean name(String name) {
        return NAME.matcher(name.replace('-', '_').replace('.', '_')).matches();
    }

    /** A URL with a password in it, or a private key. */
    static boolean value(String value) {
        return USER_INFO.matcher(value).matches() || PRIVATE_KEY.matcher(value).matches();
    }

    /** Whether what stands at a pointer must not be shown in a message. */
    static boolean hidden(String pointer, String value) {
        return isSecret(pointer)
                || isVariable(pointer)
                || name(pointer.substring(pointer.lastIndexOf('/') + 1))
                || value(value);
    }
}
