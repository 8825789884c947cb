package io.muster.sandbox.proxmox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** A container's configuration as the text of its {@code .conf} file: {@code key: value}, the description as comments. */
final class ConfigFile {
    private static final String DESCRIPTION = "description";

    private ConfigFile() {}

    static String write(ContainerConfig config) {
        StringBuilder text = new StringBuilder();
        config.get(DESCRIPTION).ifPresent(description -> description
                .lines()
                .forEach(line -> text.append('#').append(line).append('\n')));
        config.values().forEach((key, value) -> {
            if (!key.equals(DESCRIPTION)) {
                text.append(key).append(": ").append(value).append('\n');
            }
        });
        return text.toString();
    }

    /** The description comes back with a line end after each of its lines, as Proxmox VE gives it. */
    static ContainerConfig read(String text) {
        Map<String, String> values = new TreeMap<>();
        StringJoiner description = new StringJoiner("\n", "", "\n").setEmptyValue("");
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (line.startsWith("#")) {
                description.add(line.substring(1));
            } else if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        if (description.length() > 0) {
            values.put(DESCRIPTION, description.toString());
        }
        return new ContainerConfig(values);
    }

    static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java runtime lacks SHA-1", e);
        }
    }
}
