package io.muster.sandbox.proxmox;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a task.
 *
 * @param pstart hundredths of a second from the machine's start to the task's
 * @param starttime in seconds since 1970
 * @param user the token's id: {@code user@realm!token}
 */
record Upid(String node, long pid, long pstart, long starttime, String type, String id, String user) {
    private static final Pattern FORM = Pattern.compile(
            "UPID:([A-Za-z0-9.-]+):([0-9A-F]{8,9}):([0-9A-F]{8,9}):([0-9A-F]{8}):([^:\\s/]+):([^:\\s/]*):([^:\\s/]+):");

    static Optional<Upid> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        return Optional.of(new Upid(
                form.group(1),
                hex(form.group(2)),
                hex(form.group(3)),
                hex(form.group(4)),
                form.group(5),
                form.group(6),
                form.group(7)));
    }

    /** Without the token's name: {@code user@realm}. */
    String owner() {
        int token = user.indexOf('!');
        return token < 0 ? user : user.substring(0, token);
    }

    Optional<String> tokenName() {
        int token = user.indexOf('!');
        return token < 0 ? Optional.empty() : Optional.of(user.substring(token + 1));
    }

    @Override
    public String toString() {
        return String.format("UPID:%s:%08X:%08X:%08X:%s:%s:%s:", node, pid, pstart, starttime, type, id, user);
    }

    private static long hex(String digits) {
        return Long.parseLong(digits, 16);
    }
}
