package dev.glimpse.model;

import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The rule by which a class is named: as it is written, else in any case; however accents are written, as letters of
 * their own or not.
 */
public final class LabelNames {
    private LabelNames() {}

    /** The index of the class that is meant; empty if there is none. */
    public static OptionalInt index(List<String> names, String wanted) {
        String composed = composed(wanted);
        OptionalInt exact = first(names, i -> composed(names.get(i)).equals(composed));
        return exact.isPresent()
                ? exact
                : first(names, i -> composed(names.get(i)).equalsIgnoreCase(composed));
    }

    /**
     * A name that the rule takes for that of an earlier class, so that its own cannot be meant; empty if there is none.
     */
    public static Optional<String> repeated(List<String> names) {
        Set<String> before = new HashSet<>();
        return names.stream().filter(name -> !before.add(composed(name))).findFirst();
    }

    private static OptionalInt first(List<String> names, IntPredicate rule) {
        return IntStream.range(0, names.size()).filter(rule).findFirst();
    }

    private static String composed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }
}
