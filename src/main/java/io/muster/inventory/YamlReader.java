package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.muster.inventory.YamlDocument.Mark;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Turns YAML into JSON and remembers where everything stands. Aliases are expanded within bounds; tags, duplicate keys and
 * keys that are not scalars are refused.
 */
final class YamlReader {

    private static final int MOST_NODES = 200_000;

    private final Findings findings;
    private final Map<String, Mark> keys = new HashMap<>();
    private final Map<String, Mark> values = new HashMap<>();
    private final Map<String, String> literals = new HashMap<>();
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int nodes;

    private YamlReader(Findings findings) {
        this.findings = findings;
    }

    /** Empty when the text is no YAML that can be checked any further; the findings say why. */
    static Optional<YamlDocument> read(String text, Findings findings) {
        return YamlSyntax.compose(text, findings).flatMap(root -> new YamlReader(findings).document(root));
    }

    private Optional<YamlDocument> document(Node root) {
        try {
            JsonNode json = convert(root, "");
            return Optional.of(new YamlDocument(json, keys, values, literals));
        } catch (TooLarge e) {
            findings.add(
                    mark(root),
                    "",
                    "holds more than " + MOST_NODES
                            + " values once its aliases are expanded; write them out or split it.");
            return Optional.empty();
        }
    }

    private JsonNode convert(Node node, String pointer) {
        if (++nodes > MOST_NODES) {
            throw new TooLarge();
        }
        values.put(pointer, mark(node));
        if (!YamlSyntax.isUntagged(node)) {
            return refuse(node, pointer, "a tag ('!…') is not allowed here; if the value begins with '!', quote it.");
        }
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar, pointer);
        }
        if (!open.add(node)) {
            return refuse(node, pointer, "this alias stands inside what it refers to; write the value out.");
        }
        JsonNode json = node instanceof MappingNode mapping
                ? mapping(mapping, pointer)
                : sequence((SequenceNode) node, pointer);
        open.remove(node);
        return json;
    }

    private JsonNode scalar(ScalarNode node, String pointer) {
        String text = node.getValue();
        if (!storable(text)) {
            return refuse(
                    node, pointer, "a zero character or half a surrogate pair is not allowed here; remove the escape.");
        }
        if (node.getTag().equals(Tag.STR)) {
            return TextNode.valueOf(text);
        }
        JsonNode json = PlainScalars.resolve(text);
        if (!json.isTextual()) {
            literals.put(pointer, text);
        }
        return json;
    }

    private JsonNode sequence(SequenceNode node, String pointer) {
        var array = JsonNodeFactory.instance.arrayNode();
        List<Node> items = node.getValue();
        for (int i = 0; i < items.size(); i++) {
            String child = pointer + "/" + i;
            keys.put(child, mark(items.get(i)));
            array.add(convert(items.get(i), child));
        }
        return array;
    }

    private JsonNode mapping(MappingNode node, String pointer) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (NodeTuple entry : node.getValue()) {
            if (entry.getKeyNode() instanceof ScalarNode key && storable(key.getValue())) {
                entry(object, key, entry.getValueNode(), pointer);
            } else {
                findings.add(
                        mark(entry.getKeyNode()),
                        "",
                        "only text can be a key; if it begins with '{', '[', '*' or '&', quote it.");
            }
        }
        return object;
    }

    private void entry(ObjectNode object, ScalarNode key, Node value, String pointer) {
        String name = key.getValue();
        String child = YamlDocument.child(pointer, name);
        if (object.has(name)) {
            int first = keys.get(child).line();
            findings.add(
                    mark(key),
                    "",
                    "key '" + Shown.text(name) + "' is given twice (first in line " + first + "); keep one.");
            return;
        }
        keys.put(child, mark(key));
        object.set(name, convert(value, child));
    }

    private JsonNode refuse(Node node, String pointer, String problem) {
        findings.markWrong(pointer);
        findings.add(mark(node), "", problem);
        return NullNode.getInstance();
    }

    /** PostgreSQL keeps neither zero characters nor lone surrogates. */
    private static boolean storable(String text) {
        return text.codePoints().noneMatch(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF));
    }

    private static Mark mark(Node node) {
        return YamlSyntax.mark(node.getStartMark());
    }

    private static final class TooLarge extends RuntimeException {
        TooLarge() {
            super(null, null, false, false);
        }
    }
}
