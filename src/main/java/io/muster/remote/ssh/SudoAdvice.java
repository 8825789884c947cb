package io.muster.remote.ssh;

/** What to do about a sudo that does not let us. */
final class SudoAdvice {

    static String on(Route route, String said) {
        String user = route.ssh().user();
        if (said.contains("must have a tty")) {
            return "remove `requiretty` for " + user + " from sudoers (`Defaults:" + user + " !requiretty`)";
        }
        if (said.contains("incorrect password") && route.ssh().sudoPassword().isPresent()) {
            return "sudo does not take the password "
                    + route.ssh().sudoPassword().get() + "; correct what it refers to, or `sudo-password` of "
                    + route.host();
        }
        if (said.contains("password is required") || said.contains("no password was provided")) {
            return "give the password as `sudo-password: secret:NAME` of " + route.host()
                    + ", or allow it without one: " + rule(user, " NOPASSWD:");
        }
        return "allow it with " + rule(user, route.ssh().sudoPassword().isPresent() ? "" : " NOPASSWD:")
                + ", or use root";
    }

    private static String rule(String user, String tag) {
        return "a line `" + user + " ALL=(root)" + tag + " /bin/sh` in sudoers";
    }

    private SudoAdvice() {}
}
