package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Pattern;

/**
 * What an unquoted scalar is, by the core schema of YAML 1.2. SnakeYAML's own rules are those of YAML 1.1, where
 * {@code no} is a boolean and {@code 22:22} is 1342.
 */
final class PlainScalars {

    private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
    private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,18}");
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(\\.[0-9]{1,30}|[0-9]{1,30}(\\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?");

    private PlainScalars() {}

    static JsonNode resolve(String text) {
        if (NULL.matcher(text).matches()) {
            return NullNode.getInstance();
        }
        if (BOOLEAN.matcher(text).matches()) {
            return BooleanNode.valueOf(text.toLowerCase(java.util.Locale.ROOT).equals("true"));
        }
        if (INTEGER.matcher(text).matches()) {
            return LongNode.valueOf(Long.parseLong(text));
        }
        return NUMBER.matcher(text).matches() ? number(text) : TextNode.valueOf(text);
    }

    private static JsonNode number(String text) {
        double value = Double.parseDouble(text);
        return Double.isInfinite(value) ? TextNode.valueOf(text) : DoubleNode.valueOf(value);
    }
}
