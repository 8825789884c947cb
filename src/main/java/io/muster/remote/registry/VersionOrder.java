package io.muster.remote.registry;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tags from the oldest version to the newest: numbers as numbers, a pre-release before its release (as semver.org says).
 * Tags that are no versions come first, by their text.
 */
public final class VersionOrder implements Comparator<String> {

    public static final VersionOrder INSTANCE = new VersionOrder();

    private static final Pattern VERSION =
            Pattern.compile("v?(\\d+(?:\\.\\d+)*)(?:-([0-9A-Za-z.-]+))?(?:[+_][0-9A-Za-z.-]+)?");

    private record Version(List<BigInteger> numbers, List<String> preRelease) {}

    @Override
    public int compare(String first, String second) {
        Optional<Version> one = version(first);
        Optional<Version> other = version(second);
        int order = one.isPresent() && other.isPresent()
                ? compare(one.get(), other.get())
                : Boolean.compare(one.isPresent(), other.isPresent());
        return order != 0 ? order : first.compareTo(second);
    }

    private static Optional<Version> version(String tag) {
        Matcher matcher = VERSION.matcher(tag);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<BigInteger> numbers = Arrays.stream(matcher.group(1).split("\\."))
                .map(BigInteger::new)
                .toList();
        String pre = matcher.group(2);
        return Optional.of(new Version(numbers, pre == null ? List.of() : List.of(pre.split("\\."))));
    }

    private static int compare(Version one, Version other) {
        int count = Math.max(one.numbers().size(), other.numbers().size());
        for (int i = 0; i < count; i++) {
            int order = number(one, i).compareTo(number(other, i));
            if (order != 0) {
                return order;
            }
        }
        if (one.preRelease().isEmpty() || other.preRelease().isEmpty()) {
            return Boolean.compare(
                    one.preRelease().isEmpty(), other.preRelease().isEmpty());
        }
        return preReleases(one.preRelease(), other.preRelease());
    }

    private static BigInteger number(Version version, int index) {
        return index < version.numbers().size() ? version.numbers().get(index) : BigInteger.ZERO;
    }

    private static int preReleases(List<String> one, List<String> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            int order = identifiers(one.get(i), other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    private static int identifiers(String one, String other) {
        boolean number = one.matches("\\d+");
        boolean otherNumber = other.matches("\\d+");
        if (number && otherNumber) {
            return new BigInteger(one).compareTo(new BigInteger(other));
        }
        return number == otherNumber ? one.compareTo(other) : Boolean.compare(otherNumber, number);
    }
}
