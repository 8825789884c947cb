package io.muster.remote.ssh;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A script on its way to a host. The command line is {@link #COMMAND}, whatever is run, and has no character that a login
 * shell (sh, bash, fish, csh) could read differently. It reads one line from standard input and evaluates it; {@code
 * read} takes no byte too many, so such lines can be chained and what follows stays for the script to read:
 *
 * <ol>
 *   <li>with sudo: become root, go on with the next line. A password is tried first on a command that does nothing, by a
 *       pipe of its own: a sudo that does not take it would read on and take the script for further attempts. Whether
 *       sudo asks at all is not known, so it stands once more before a line that ends what is skipped;
 *   <li>become leader of a process group, so that all of it can be killed, go on with the next line; whoever is one already
 *       (there is a group of its number) stays: a setsid that is called by a leader forks, and sshd takes that for the end;
 *   <li>say the mark on both outputs, with process id, group and start time; export the environment, evaluate the script.
 * </ol>
 *
 * A line that arrived only in part is not evaluated.
 *
 * <p>{@code read} takes a system call for each byte. Where the input waits for the script to speak first there is nothing
 * behind the script that could be taken too early, so the last shell reads it as its program, in blocks.
 *
 * @param sudoPassword for a sudo that asks
 * @param input what the script finds on its standard input; empty: nothing
 * @param speaksFirst whether the input comes only in answer to what the script prints
 */
record ShellScript(
        String text,
        Map<String, String> env,
        boolean sudo,
        Optional<String> sudoPassword,
        Optional<InputStream> input,
        boolean speaksFirst) {

    private static final String NEXT_LINE = "IFS= read -r muster_l && eval \"$muster_l\"";
    private static final String SHELL = "/bin/sh -c '" + NEXT_LINE + "'";

    static final String COMMAND = "exec " + SHELL;

    private static final String BECOME_ROOT =
            "if [ \"$(id -u)\" != 0 ]; then exec sudo -n " + SHELL + "; fi; " + NEXT_LINE;

    /** Where printf is a program, its arguments would show in the process list. */
    private static final String BECOME_ROOT_BY_PASSWORD = "IFS= read -r muster_p; if [ \"$(id -u)\" != 0 ]; then "
            + "case $(command -v printf) in /*|'') echo 'its shell has no printf of its own to pass the password"
            + " with' >&2; exit 1;; esac; "
            + "printf '%s\\n' \"$muster_p\" | LC_ALL=C sudo -k -S -p '' /bin/sh -c : || exit 1; unset muster_p; "
            + "exec sudo -k -S -p '' /bin/sh -c 'while IFS= read -r muster_l && [ \"$muster_l\" != MARK ]; do :; done; "
            + NEXT_LINE + "'; fi; unset muster_p; read -r muster_l; read -r muster_l; " + NEXT_LINE;

    private static final String BECOME_LEADER = becomeLeader(SHELL) + NEXT_LINE;

    /** The shell that reads what follows as its program. */
    private static final String BECOME_LEADER_AND_READ_ON = becomeLeader("/bin/sh") + "exec /bin/sh";

    private static final String LINE_BREAK = "muster_n=$(echo; echo x); muster_n=${muster_n%x}; ";

    /** Fields of /proc/PID/stat behind the name: group is the third, start time the twentieth. Without /proc it asks kill. */
    private static final String ANNOUNCE = "muster_e=; "
            + "{ read -r muster_e </proc/$$/stat; } 2>/dev/null; set -- ${muster_e##*) }; "
            + "muster_g=${3:-0}; [ \"$muster_g\" != 0 ] || ! kill -0 -$$ 2>/dev/null || muster_g=$$; "
            + "echo MARK >&2; echo \"MARK $$ $muster_g ${20:-0}\"; set --; ";

    private static final String CLEAN = "unset muster_e muster_g muster_l muster_n muster_s 2>/dev/null; ";

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int LIMIT = 1 << 20;

    ShellScript {
        List<String> wrong = new ArrayList<>();
        env.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                wrong.add("environment variable `" + name + "` is not a name (letters, digits, _)");
            }
            if (value.indexOf('\0') >= 0) {
                wrong.add("environment variable `" + name + "` contains a NUL character");
            }
        });
        if (text.indexOf('\0') >= 0) {
            wrong.add("the script contains a NUL character");
        }
        if (sudoPassword.filter(password -> password.matches("(?s).*[\n\0].*")).isPresent()) {
            wrong.add("the password for sudo has more than one line");
        }
        if (text.length() > LIMIT) {
            wrong.add("the script is longer than 1 MiB; upload it as a file and run that");
        }
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT, "The script cannot be run: " + String.join("; ", wrong) + ".");
        }
        if (speaksFirst && !env.isEmpty()) {
            throw new IllegalArgumentException("A script that speaks first is given its values in its text");
        }
        env = new TreeMap<>(env);
    }

    ShellScript(String text, Map<String, String> env, boolean sudo) {
        this(text, env, sudo, Optional.empty(), false);
    }

    ShellScript(String text, Map<String, String> env, boolean sudo, Optional<InputStream> input) {
        this(text, env, sudo, input, false);
    }

    private ShellScript(
            String text, Map<String, String> env, boolean sudo, Optional<InputStream> input, boolean speaksFirst) {
        this(text, env, sudo, Optional.empty(), input, speaksFirst);
    }

    /** A script that is told something only in answer to what it prints. */
    static ShellScript thatSpeaksFirst(String text, boolean sudo, InputStream answers) {
        return new ShellScript(text, Map.of(), sudo, Optional.of(answers), true);
    }

    ShellScript withSudoPassword(Optional<String> password) {
        return new ShellScript(text, env, sudo, password, input, speaksFirst);
    }

    /** What is written to standard input before {@link #input}; the mark is what the script's output begins after. */
    byte[] head(String mark) {
        StringBuilder head = new StringBuilder();
        if (sudo) {
            head.append(becomeRoot(mark));
        }
        String announce = ANNOUNCE.replace("MARK", mark);
        if (speaksFirst) {
            // In braces, so that it is read to its end before any of it runs.
            head.append(BECOME_LEADER_AND_READ_ON).append("\n{\n").append(announce);
            head.append('\n').append(text).append("\nexit\n}\n");
        } else {
            head.append(BECOME_LEADER).append('\n').append(LINE_BREAK).append(announce);
            head.append(body(input.isPresent()));
        }
        return head.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** All of it as one line that a shell reads and evaluates. */
    String line(boolean keepsInput) {
        return LINE_BREAK + body(keepsInput);
    }

    private String body(boolean keepsInput) {
        StringBuilder body = new StringBuilder();
        env.forEach((name, value) -> body.append("export ")
                .append(name)
                .append('=')
                .append(quote(value))
                .append("; "));
        body.append("muster_s=").append(quote(text)).append("; ");
        if (!keepsInput) {
            body.append("exec </dev/null; ");
        }
        return body.append("eval \"").append(CLEAN).append("$muster_s\"\n").toString();
    }

    private String becomeRoot(String mark) {
        return sudoPassword
                .map(password -> BECOME_ROOT_BY_PASSWORD.replace("MARK", mark)
                        + '\n'
                        + password
                        + '\n'
                        + password
                        + '\n'
                        + mark
                        + '\n')
                .orElse(BECOME_ROOT + '\n');
    }

    private static String becomeLeader(String shell) {
        return "if ! kill -0 -$$ 2>/dev/null && command -v setsid >/dev/null 2>&1; then exec setsid "
                + shell
                + "; fi; ";
    }

    /** Not what a record would say: that would show what is secret. */
    @Override
    public String toString() {
        return "a script of " + text.length() + " characters" + (sudo ? " with sudo" : "");
    }

    /** One shell word on one line. */
    private static String quote(String value) {
        return "'" + value.replace("'", "'\\''").replace("\n", "'\"$muster_n\"'") + "'";
    }
}
