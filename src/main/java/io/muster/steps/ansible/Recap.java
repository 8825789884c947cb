package io.muster.steps.ansible;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code ansible-playbook} says of each host, from its output as it comes. Keeps little, however long that is. */
final class Recap {

    private static final int LONGEST_LINE = 16 * 1024;
    private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");
    private static final Pattern HEADING = Pattern.compile("PLAY RECAP \\*+");
    private static final Pattern TASK = Pattern.compile("(?:TASK|RUNNING HANDLER) \\[(.*)] \\**");
    private static final Pattern FAILED =
            Pattern.compile("(?:fatal|failed): \\[([^\\]]+?)(?: -> [^\\]]*)?](?::| \\().*");
    private static final Pattern HOST = Pattern.compile(
            "(\\S(?:.*\\S)?)\\s+: ok=(\\d+)\\s+changed=(\\d+)\\s+unreachable=(\\d+)\\s+failed=(\\d+)(\\s.*)?");
    private static final Pattern PASSED_OVER = Pattern.compile("\\b(?:rescued|ignored)=(\\d+)");

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Map<String, String> failedTask = new LinkedHashMap<>();
    private boolean begun;
    private String task = "";

    /**
     * @param passedOver failures that the playbook ignored or rescued itself from
     * @param task in which it failed last; empty where that was not told
     */
    record Host(String name, int ok, int changed, int unreachable, int failed, int passedOver, String task) {

        boolean isWell() {
            return unreachable == 0 && failed == 0;
        }

        String counts() {
            return name + ": ok=" + ok + " changed=" + changed + " unreachable=" + unreachable + " failed=" + failed
                    + (passedOver == 0 ? "" : " ignored or rescued=" + passedOver);
        }

        String why() {
            String what = unreachable > 0 ? "unreachable" : "failed";
            return name + " (" + what + (task.isEmpty() ? "" : " in '" + task + "'") + ")";
        }
    }

    synchronized void add(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                end();
            } else if (line.size() < LONGEST_LINE) {
                line.write(bytes[i]);
            }
        }
    }

    /** Output is left out here: what was begun is not a line of it. */
    synchronized void gap() {
        line.reset();
        task = "";
    }

    private void end() {
        String text = COLOUR.matcher(line.toString(StandardCharsets.UTF_8))
                .replaceAll("")
                .stripTrailing();
        line.reset();
        if (HEADING.matcher(text).matches()) {
            // Of several the last counts: a task may print what another playbook said.
            begun = true;
            hosts.clear();
            return;
        }
        Matcher next = TASK.matcher(text);
        Matcher failed = FAILED.matcher(text);
        Matcher host = HOST.matcher(text);
        if (next.matches()) {
            task = next.group(1);
        } else if (failed.matches()) {
            failedTask.put(failed.group(1), task);
        } else if (begun && host.matches()) {
            hosts.put(host.group(1), host(host));
        }
    }

    private Host host(Matcher found) {
        String name = found.group(1);
        return new Host(
                name,
                Integer.parseInt(found.group(2)),
                Integer.parseInt(found.group(3)),
                Integer.parseInt(found.group(4)),
                Integer.parseInt(found.group(5)),
                passedOver(Optional.ofNullable(found.group(6)).orElse("")),
                failedTask.getOrDefault(name, ""));
    }

    private static int passedOver(String rest) {
        return PASSED_OVER
                .matcher(rest)
                .results()
                .mapToInt(count -> Integer.parseInt(count.group(1)))
                .sum();
    }

    /** In the order of the recap; empty where there is none. */
    synchronized List<Host> hosts() {
        if (line.size() > 0) {
            end();
        }
        return new ArrayList<>(hosts.values());
    }
}
