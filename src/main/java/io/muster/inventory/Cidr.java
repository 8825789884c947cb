package io.muster.inventory;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An IPv4 address with its prefix length. */
record Cidr(String address, int prefix) {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3}){3})/([0-9]{1,2})");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final int BITS = 32;

    /** Empty where the text is none. */
    static Optional<Cidr> of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || !isAddress(matcher.group(1))) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(matcher.group(2));
        return prefix < 1 || prefix > BITS ? Optional.empty() : Optional.of(new Cidr(matcher.group(1), prefix));
    }

    static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches()
                && Arrays.stream(text.split("\\.")).mapToInt(Integer::parseInt).allMatch(part -> part <= 255);
    }

    boolean contains(String other) {
        return number(other) >>> (BITS - prefix) == number(address) >>> (BITS - prefix);
    }

    private static long number(String address) {
        return Arrays.stream(address.split("\\."))
                .mapToLong(Long::parseLong)
                .reduce(0, (sum, part) -> (sum << 8) + part);
    }
}
