package dev.glimpse.cli;

import java.text.Normalizer;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The rule by which a person names a class: its name, else its name in any case, else its index; however accents are
 * written, as letters of their own or not.
 */
final class ClassNames {
    private ClassNames() {}

    /** The index that {@code --label} means. Names may be numbers, such as "1" of the class 0. */
    static int index(List<String> names, String wanted) {
        Stream<Predicate<Integer>> rules = Stream.of(
                i -> composed(names.get(i)).equals(composed(wanted)),
                i -> composed(names.get(i)).equalsIgnoreCase(composed(wanted)),
                i -> Integer.toString(i).equals(wanted));
        int index = rules.flatMap(
                        rule -> IntStream.range(0, names.size()).boxed().filter(rule))
                .findFirst()
                .orElse(-1);
        if (index < 0) {
            String expected = names.isEmpty()
                    ? "no --label, as this model has no classes"
                    : "0.." + (names.size() - 1) + " or one of " + String.join(", ", names);
            throw new WrongInputException("--label", wanted, expected);
        }
        return index;
    }

    private static String composed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }
}
