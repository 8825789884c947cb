package io.muster.runbook;

import io.muster.runbook.DiagramPicture.Box;
import java.util.ArrayList;
import java.util.List;

/** Text in a picture, broken into lines by a width that holds for any font of its size. */
final class DiagramText {

    private static final double LINE = 14;
    private static final double LETTER = 6.7;
    private static final double LEAST = 90;

    private DiagramText() {}

    /** In the middle of a box, over its borders where it is too long. */
    static void inside(StringBuilder svg, String text, Box box) {
        List<String> lines = lines(text, box.width() - 8);
        append(svg, lines, box.middle(), box.y() + box.height() / 2 - (lines.size() - 1) * LINE / 2 + 4);
    }

    /** Around the middle of a label's box, from its top. */
    static void centered(StringBuilder svg, String text, Box box) {
        append(svg, lines(text, Math.max(box.width(), LEAST)), box.middle(), box.y() + 11);
    }

    private static void append(StringBuilder svg, List<String> lines, double x, double y) {
        for (int i = 0; i < lines.size(); i++) {
            svg.append("<text x=\"")
                    .append(DiagramPicture.text(x))
                    .append("\" y=\"")
                    .append(DiagramPicture.text(y + i * LINE))
                    .append("\" text-anchor=\"middle\" fill=\"#222\">")
                    .append(escaped(lines.get(i)))
                    .append("</text>");
        }
    }

    private static List<String> lines(String text, double width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+")) {
            if (!line.isEmpty() && (line.length() + 1 + word.length()) * LETTER > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
