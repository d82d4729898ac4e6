package dev.glimpse.model;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Orders names of versions, oldest first: numbers in them compare as numbers, so that 9 comes before 10, 1.9 before
 * 1.10 and v9 before v10. Versions that are numbers alone, also with dots between, are newer than all others: a copy
 * called 3-old does not take the place of 3.
 */
final class VersionOrder implements Comparator<String> {
    private static final Pattern NUMBERS = Pattern.compile("[0-9]+(\\.[0-9]+)*");
    private static final Pattern PART = Pattern.compile("[0-9]+|[^0-9]+");

    @Override
    public int compare(String one, String other) {
        int order = Boolean.compare(
                NUMBERS.matcher(one).matches(), NUMBERS.matcher(other).matches());
        order = order == 0 ? byParts(PART.matcher(one), PART.matcher(other)) : order;
        // 01 and 1 are the same number, and two directories.
        return order == 0 ? one.compareTo(other) : order;
    }

    private static int byParts(Matcher one, Matcher other) {
        while (true) {
            boolean more = one.find();
            if (more != other.find()) {
                return more ? 1 : -1;
            }
            int order = more ? comparePart(one.group(), other.group()) : 0;
            if (!more || order != 0) {
                return order;
            }
        }
    }

    private static int comparePart(String one, String other) {
        if (!isNumber(one) || !isNumber(other)) {
            return one.compareTo(other);
        }
        String digits = one.replaceFirst("^0+", "");
        String others = other.replaceFirst("^0+", "");
        int order = Integer.compare(digits.length(), others.length());
        return order == 0 ? digits.compareTo(others) : order;
    }

    private static boolean isNumber(String part) {
        return part.charAt(0) >= '0' && part.charAt(0) <= '9';
    }
}
