package dev.glimpse.cli;

import java.util.List;
import java.util.stream.IntStream;

/** The rule by which a person names a class: its index, or its name in any case. */
final class ClassNames {
    private ClassNames() {}

    /** The index that {@code --label} means. */
    static int index(List<String> names, String wanted) {
        int index = IntStream.range(0, names.size())
                .filter(i -> names.get(i).equalsIgnoreCase(wanted)
                        || Integer.toString(i).equals(wanted))
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
}
