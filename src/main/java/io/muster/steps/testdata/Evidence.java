package io.muster.steps.testdata;

import java.util.Optional;
import java.util.regex.Pattern;

/** The word of a record that is in a dump if the record is, and hardly otherwise. */
final class Evidence {

    private static final int SHORT = 6;
    private static final Pattern DIGEST =
            Pattern.compile("(?i)[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}");
    private static final Pattern NUMBER = Pattern.compile("[-+0-9.,:eE ]*");

    private Evidence() {}

    /** Its id, or its value where the id is a number or short; empty where neither tells anything. */
    static Optional<String> of(Listing.Row row) {
        if (tells(row.id())) {
            return Optional.of(row.id());
        }
        return Optional.of(row.value()).filter(Evidence::tells).filter(value -> !DIGEST.matcher(value)
                .matches());
    }

    private static boolean tells(String word) {
        return word.length() >= SHORT && !NUMBER.matcher(word).matches();
    }
}
