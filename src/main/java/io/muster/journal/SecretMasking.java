package io.muster.journal;

import java.util.Set;
import java.util.function.Supplier;

/**
 * Masks the secrets that are known now. Overlapping ones are covered together; values shorter than
 * {@value SecretPatterns#SHORTEST} characters are not masked, they would be found by chance everywhere. Thread-safe.
 */
public final class SecretMasking implements Masking {

    static final String MASK = "***";

    private final Supplier<Set<String>> known;
    private volatile SecretPatterns patterns = SecretPatterns.of(Set.of());

    /** @param known every secret value so far; asked again for each text */
    public SecretMasking(Supplier<Set<String>> known) {
        this.known = known;
    }

    @Override
    public String mask(String text) {
        if (patterns().isEmpty()) {
            return text;
        }
        StringBuilder result = new StringBuilder(text.length());
        Stream stream = stream();
        stream.feed(text, result);
        stream.end(result);
        return result.toString();
    }

    @Override
    public String maskRest(String text) {
        StringBuilder result = new StringBuilder(text.length());
        Stream stream = stream();
        stream.resumes(new StringBuilder(text), result);
        stream.end(result);
        return result.toString();
    }

    /** For text that comes in chunks: a secret that a chunk's end cuts in two is masked too. */
    Stream stream() {
        return new Stream();
    }

    private SecretPatterns patterns() {
        Set<String> now = known.get();
        SecretPatterns current = patterns;
        if (!current.madeFrom(now)) {
            current = SecretPatterns.of(now);
            patterns = current;
        }
        return current;
    }

    /** Holds back the end of what it was fed as long as that may be the beginning of a secret. Not thread-safe. */
    final class Stream {

        private final StringBuilder pending = new StringBuilder();
        private int coveredUntil;
        private boolean masking;

        void feed(CharSequence text, StringBuilder out) {
            pending.append(text);
            drain(out, false);
        }

        void end(StringBuilder out) {
            drain(out, true);
        }

        /** The text breaks off here: what may be the beginning of a secret is masked. */
        void breaksOff(StringBuilder out) {
            if (!pending.isEmpty()) {
                if (!masking) {
                    out.append(MASK);
                }
                pending.setLength(0);
                coveredUntil = 0;
            }
            masking = false;
        }

        /** Text that begins anywhere: what may be the end of a secret is masked. */
        void resumes(StringBuilder text, StringBuilder out) {
            int covered = patterns().endAtStart(text);
            if (covered > 0) {
                out.append(MASK);
            }
            feed(text.substring(covered), out);
        }

        private void drain(StringBuilder out, boolean last) {
            SecretPatterns secrets = patterns();
            int i = 0;
            while (i < pending.length() && (last || !secrets.mayBeginAt(pending, i))) {
                coveredUntil = Math.max(coveredUntil, i + secrets.longestAt(pending, i));
                emit(out, i < coveredUntil, pending.charAt(i));
                i++;
            }
            pending.delete(0, i);
            coveredUntil = Math.max(0, coveredUntil - i);
        }

        private void emit(StringBuilder out, boolean covered, char c) {
            if (!covered) {
                out.append(c);
            } else if (!masking) {
                out.append(MASK);
            }
            masking = covered;
        }
    }
}
