package dev.glimpse.loadtest;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Arrivals in the format of {@code glimpse simulate}: comma-separated values below a line of names, in order of time.
 */
public final class ArrivalFile {
    private static final List<String> NAMES = List.of(
            "at_us",
            "steps",
            "samples",
            "preview",
            "reads",
            "deadline_us",
            "leaves_us",
            "rank",
            "tenant",
            "weight",
            "flexible");

    private ArrivalFile() {}

    public static void write(List<Arrival> arrivals, Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(String.join(",", NAMES));
        for (Arrival a : arrivals) {
            lines.add(a.atMicros() + "," + a.steps() + "," + a.samples() + ","
                    + a.preview().name().toLowerCase(Locale.ROOT) + "," + a.reads() + "," + a.deadlineMicros() + ","
                    + a.leavesMicros() + "," + a.rank() + "," + a.tenant() + "," + a.weight() + "," + a.flexible());
        }
        Files.write(file, lines);
    }

    /**
     * Reads all arrivals of the file that an option names.
     *
     * @throws IllegalArgumentException with one line that names the option, or file, line, field and what was expected
     */
    static List<Arrival> read(String option, Path typed) throws IOException {
        Arrival.require(Files.isReadable(typed) && !Files.isDirectory(typed), option, typed, "a readable file");
        try {
            return read(typed);
        } catch (CharacterCodingException e) {
            // As of one that is packed.
            throw new IllegalArgumentException(
                    option + ": " + typed + " (expected: a text file of arrivals in UTF-8)", e);
        }
    }

    /**
     * Reads all arrivals.
     *
     * @throws IllegalArgumentException with one line that names file, line, field and what was expected
     */
    public static List<Arrival> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String names = lines.isEmpty() ? "" : lines.get(0);
        if (!names.equals(String.join(",", NAMES))) {
            throw new IllegalArgumentException(
                    file + ", line 1: " + names + " (expected: " + String.join(",", NAMES) + ")");
        }
        List<Arrival> arrivals = new ArrayList<>();
        long last = 0;
        for (int i = 1; i < lines.size(); i++) {
            try {
                Arrival arrival = parse(lines.get(i).split(",", -1));
                Arrival.require(arrival.atMicros() >= last, "at_us", arrival.atMicros(), "at least " + last);
                last = arrival.atMicros();
                arrivals.add(arrival);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ", line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        Arrival.require(arrivals.size() <= ArrivalProcess.MOST, "requests", arrivals.size(), "at most 1000000");
        return List.copyOf(arrivals);
    }

    private static Arrival parse(String[] fields) {
        Arrival.require(fields.length == NAMES.size(), "fields", fields.length, Integer.toString(NAMES.size()));
        return new Arrival(
                number(fields, 0),
                (int) Math.min(Integer.MAX_VALUE, number(fields, 1)),
                (int) Math.min(Integer.MAX_VALUE, number(fields, 2)),
                Preview.valueOf(word(fields, 3, "exact", "free", "none").toUpperCase(Locale.ROOT)),
                Boolean.parseBoolean(word(fields, 4, "true", "false")),
                number(fields, 5),
                number(fields, 6),
                word(fields, 7, "interactive", "standard", "background"),
                fields[8],
                weight(fields[9]),
                Boolean.parseBoolean(word(fields, 10, "true", "false")));
    }

    private static long number(String[] fields, int index) {
        Arrival.require(
                fields[index].matches("\\d{1,18}"), NAMES.get(index), fields[index], "a whole number, at least 0");
        return Long.parseLong(fields[index]);
    }

    private static double weight(String text) {
        boolean number = text.matches("\\d+(\\.\\d+)?([eE]-?\\d+)?");
        Arrival.require(number && Double.parseDouble(text) > 0, "weight", text, "a number, more than 0");
        return Double.parseDouble(text);
    }

    private static String word(String[] fields, int index, String... words) {
        boolean known = Arrays.asList(words).contains(fields[index]);
        Arrival.require(known, NAMES.get(index), fields[index], "one of " + String.join(", ", words));
        return fields[index];
    }
}
