package dev.glimpse.cli;

import dev.glimpse.training.DataSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How a data set's pictures spread over its classes, in words. */
final class ClassCounts {
    private static final int MOST_SHOWN = 20;

    private ClassCounts() {}

    /** @param folders of the classes by index, where they have other names; else empty */
    static List<String> lines(DataSet data, List<String> folders) {
        List<String> classes = data.classes();
        int[] counts = new int[classes.size()];
        IntStream.range(0, data.count()).forEach(i -> counts[data.label(i)]++);
        List<Integer> ascending = IntStream.range(0, counts.length)
                .boxed()
                .sorted(Comparator.comparingInt(label -> counts[label]))
                .toList();
        int fewest = ascending.get(0);
        int most = ascending.get(counts.length - 1);
        List<String> lines = new ArrayList<>();
        lines.add(
                counts[fewest] == counts[most]
                        ? String.format(Locale.ROOT, "%d classes of %,d pictures each", counts.length, counts[most])
                        : String.format(
                                Locale.ROOT,
                                "%d classes of %,d (%s) to %,d (%s) pictures",
                                counts.length,
                                counts[fewest],
                                classes.get(fewest),
                                counts[most],
                                classes.get(most)));
        order(folders, classes).ifPresent(lines::add);
        return lines;
    }

    /**
     * Which folder is taken for which class.
     *
     * @param folders of the classes by index, where they have other names; else empty, and there is nothing to say
     */
    static Optional<String> order(List<String> folders, List<String> classes) {
        String shown = IntStream.range(0, Math.min(MOST_SHOWN, folders.size()))
                .mapToObj(label -> folders.get(label) + " -> " + classes.get(label))
                .collect(Collectors.joining(", "));
        return folders.isEmpty()
                ? Optional.empty()
                : Optional.of("folders by their order: " + shown + (folders.size() > MOST_SHOWN ? ", ..." : ""));
    }
}
