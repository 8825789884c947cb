package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A value in the document, for rules: what has no business there (by the schema) is as if it were absent. */
record Place(YamlDocument document, Findings findings, String pointer, JsonNode node) {

    static Place root(YamlDocument document, Findings findings) {
        return new Place(document, findings, "", document.root());
    }

    /** The key, or the index in a list. */
    String key() {
        return pointer.substring(pointer.lastIndexOf('/') + 1)
                .replace("~1", "/")
                .replace("~0", "~");
    }

    Optional<Place> get(String key) {
        return node.isObject() && node.has(key) ? Optional.of(child(key, node.get(key))) : Optional.empty();
    }

    /** The values of a mapping below a key; none when there is no mapping. */
    List<Place> entries(String key) {
        List<Place> entries = new ArrayList<>();
        get(key).filter(place -> place.node.isObject())
                .ifPresent(place ->
                        place.node.properties().forEach(e -> entries.add(place.child(e.getKey(), e.getValue()))));
        return entries;
    }

    /** The items of a list below a key; none when there is no list. */
    List<Place> items(String key) {
        List<Place> items = new ArrayList<>();
        get(key).filter(place -> place.node.isArray()).ifPresent(place -> {
            for (int i = 0; i < place.node.size(); i++) {
                items.add(place.child(String.valueOf(i), place.node.get(i)));
            }
        });
        return items;
    }

    /** The text, where it is one and the schema has nothing against it. */
    Optional<String> text() {
        return node.isTextual() && !findings.isWrong(pointer) ? Optional.of(node.textValue()) : Optional.empty();
    }

    Optional<String> text(String key) {
        return get(key).flatMap(Place::text);
    }

    OptionalInt integer(String key) {
        Optional<Place> place = get(key).filter(p -> p.node.canConvertToInt() && !findings.isWrong(p.pointer));
        return place.isPresent() ? OptionalInt.of(place.get().node.intValue()) : OptionalInt.empty();
    }

    /** Whether it is there and true. */
    boolean flag(String key) {
        return node.path(key).asBoolean();
    }

    /** Something is wrong with this value. */
    void problem(String problem) {
        findings.addWrongValue(document, pointer, problem);
    }

    /** Something is wrong with this entry as a whole: shown at its key. */
    void problemAtKey(String problem) {
        findings.add(document.key(pointer), document.path(pointer), problem);
    }

    private Place child(String key, JsonNode value) {
        return new Place(document, findings, YamlDocument.child(pointer, key), value);
    }
}
