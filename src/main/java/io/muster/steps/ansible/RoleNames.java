package io.muster.steps.ansible;

import java.util.regex.Pattern;

/** Whether a playbook uses a role: under {@code roles}, or by {@code include_role} and {@code import_role}. */
final class RoleNames {

    private static final Pattern COMMENT = Pattern.compile("(?m)(?:^|[ \\t])#.*$");

    private RoleNames() {}

    static boolean uses(String playbook, String role) {
        String name = "[\"']?(?:[\\w./-]*[./])?" + Pattern.quote(role) + "[\"']?[ \\t]*(?:[,}\\]]|\\r?$)";
        return Pattern.compile(
                        "(?m)(?:^[ \\t]*-[ \\t]+|\\brole[\"']?:[ \\t]*|_role:\\s*\\{?\\s*name:[ \\t]*|\\broles:[ \\t]*\\[(?:[^\\]]*[\\s,])?)"
                                + name)
                .matcher(COMMENT.matcher(playbook).replaceAll(""))
                .find();
    }
}
