package io.muster.inventory;

import io.muster.inventory.YamlDocument.Mark;
import java.io.StringReader;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** SnakeYAML's parser, without its constructors and its idea of types. */
final class YamlSyntax {

    private static final int MOST_CHARACTERS = 3 * 1024 * 1024;
    private static final Tag PLAIN = new Tag("tag:muster,plain");
    private static final Set<Tag> UNTAGGED = Set.of(PLAIN, Tag.STR, Tag.SEQ, Tag.MAP);

    private YamlSyntax() {}

    /** Empty when it is no YAML; the findings say where. */
    static Optional<Node> compose(String text, Findings findings) {
        try {
            Node root = parser().compose(new StringReader(text));
            if (root == null) {
                findings.add(YamlDocument.START, "", "the file is empty; it needs 'version: 1' and 'environments'.");
            }
            return Optional.ofNullable(root);
        } catch (MarkedYAMLException e) {
            findings.add(where(e), "", "not valid YAML: " + problem(e));
        } catch (ReaderException e) {
            findings.add(position(text, e.getPosition()), "", notAllowed(e.getCodePoint()));
        } catch (RuntimeException e) {
            // Some malformed directives and escapes leave SnakeYAML as whatever the JDK threw.
            findings.add(YamlDocument.START, "", "not valid YAML: " + reason(e));
        }
        return Optional.empty();
    }

    static boolean isUntagged(Node node) {
        return UNTAGGED.contains(node.getTag());
    }

    static Mark mark(org.yaml.snakeyaml.error.Mark mark) {
        return new Mark(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static Yaml parser() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_CHARACTERS);
        options.setMaxAliasesForCollections(Integer.MAX_VALUE); // YamlReader bounds what they expand to
        DumperOptions unused = new DumperOptions();
        return new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new Untyped());
    }

    /** The exception's own message quotes the line, which may hold a secret. */
    private static String problem(MarkedYAMLException e) {
        String problem = e.getProblem() == null ? "it cannot be read" : e.getProblem();
        if (problem.contains("alias")) {
            return "this alias has no anchor; if the value begins with '*', quote it.";
        }
        if (problem.contains("tag")) {
            return "a tag ('!…') is not allowed here; if the value begins with '!', quote it.";
        }
        String context = e.getContext() == null ? "" : " (" + e.getContext() + ")";
        return Shown.text(problem.strip()) + Shown.text(context) + ".";
    }

    /** Of what has no mark; the exception's own text may quote values. */
    private static String reason(RuntimeException e) {
        String text = String.valueOf(e.getMessage());
        if (text.startsWith("Nesting Depth")) {
            return "it is nested deeper than 50 levels.";
        }
        return text.contains("exceeds the limit")
                ? "it has more than " + MOST_CHARACTERS + " characters."
                : "a directive ('%…') or an escape ('\\…') in it cannot be read.";
    }

    private static Mark where(MarkedYAMLException e) {
        var mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
        return mark == null ? YamlDocument.START : mark(mark);
    }

    private static Mark position(String text, int position) {
        String before = text.substring(0, Math.min(Math.max(position, 0), text.length()));
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new Mark(line, before.length() - before.lastIndexOf('\n'));
    }

    private static String notAllowed(int codePoint) {
        return String.format("not valid YAML: the character U+%04X is not allowed; remove it.", codePoint);
    }

    /** Leaves the type of unquoted scalars to {@link PlainScalars}. */
    private static final class Untyped extends Resolver {
        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            return switch (kind) {
                case sequence -> Tag.SEQ;
                case mapping -> Tag.MAP;
                default -> implicit ? PLAIN : Tag.STR;
            };
        }
    }
}
