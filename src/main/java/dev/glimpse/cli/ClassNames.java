package dev.glimpse.cli;

import dev.glimpse.model.LabelNames;
import java.util.List;
import java.util.stream.IntStream;

/** The rule by which a person names a class: its name, by the rule of {@link LabelNames}, else its index. */
final class ClassNames {
    private ClassNames() {}

    /** The index that {@code --label} means. Names may be numbers, such as "1" of the class 0. */
    static int index(List<String> names, String wanted) {
        int index = LabelNames.index(names, wanted)
                .orElseGet(() -> IntStream.range(0, names.size())
                        .filter(i -> Integer.toString(i).equals(wanted))
                        .findFirst()
                        .orElse(-1));
        if (index < 0) {
            String expected = names.isEmpty()
                    ? "no --label, as this model has no classes"
                    : "0.." + (names.size() - 1) + " or one of " + String.join(", ", names);
            throw new WrongInputException("--label", wanted, expected);
        }
        return index;
    }
}
