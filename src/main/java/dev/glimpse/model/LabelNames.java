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
     * A name that no class can have.
     *
     * @param name as a message shows it
     * @param expected of names
     */
    public record Flaw(String name, String expected) {}

    /** A name by which its class could not be meant, or that would not fit in a line; empty if all are good. */
    public static Optional<Flaw> flaw(List<String> names) {
        return names.stream().flatMap(name -> unfit(name).stream()).findFirst().or(() -> repeated(names));
    }

    private static Optional<Flaw> unfit(String name) {
        if (name.isBlank()) {
            return Optional.of(new Flaw("'" + name + "'", "names that are not blank"));
        }
        return name.codePoints().anyMatch(Character::isISOControl)
                ? Optional.of(new Flaw(WeightFile.shown(name), "names without control characters"))
                : Optional.empty();
    }

    /** The first name that an earlier class has, for which the rule would take it; empty if there is none. */
    public static Optional<Flaw> repeated(List<String> names) {
        Set<String> before = new HashSet<>();
        return names.stream()
                .filter(name -> !before.add(composed(name)))
                .findFirst()
                .map(name -> new Flaw(unfit(name).map(Flaw::name).orElse(name), "each name once"));
    }

    private static OptionalInt first(List<String> names, IntPredicate rule) {
        return IntStream.range(0, names.size()).filter(rule).findFirst();
    }

    private static String composed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }
}
