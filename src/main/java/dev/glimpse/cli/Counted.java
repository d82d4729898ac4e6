package dev.glimpse.cli;

import java.util.Locale;

/** A number of things in words, such as "1 picture" and "1,024 pictures". */
final class Counted {
    private Counted() {}

    /** @param one the thing's name, whose plural ends in s */
    static String of(long count, String one) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : one + "s");
    }
}
