package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a container's configuration shall hold, by Proxmox VE's names and as text; what is null is left alone. */
final class Settings {

    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, String> mounts = new LinkedHashMap<>();

    Settings with(String option, Object value) {
        if (value != null) {
            values.put(option, value.toString());
        }
        return this;
    }

    Settings flag(String option, Boolean value) {
        return value == null ? this : with(option, value ? 1 : 0);
    }

    Settings list(String option, List<String> entries, String separator) {
        return entries.isEmpty() ? this : with(option, String.join(separator, entries));
    }

    Settings all(Map<String, String> options) {
        options.forEach(this::with);
        return this;
    }

    Settings mounts(Map<String, String> wanted) {
        mounts.putAll(wanted);
        return this;
    }

    Map<String, String> values() {
        return values;
    }

    /** Where what there is differs in its meaning from what shall be; mounts as {@link MountNumbers} finds them. */
    List<Difference> differences(JsonNode config) {
        Map<String, String> all = new LinkedHashMap<>(values);
        all.putAll(MountNumbers.of(config, mounts));
        List<Difference> differences = new ArrayList<>();
        all.forEach((option, wanted) -> {
            Meaning.Option known = new Meaning.Option(option);
            String found = known.orDefault(config.path(option).asText(""));
            Meaning meaning = Meaning.of(known);
            if (!meaning.same(found, wanted)) {
                differences.add(new Difference(option, found, meaning.merged(found, wanted)));
            }
        });
        return differences;
    }
}
