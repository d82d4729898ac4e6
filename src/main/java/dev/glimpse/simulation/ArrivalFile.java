package dev.glimpse.simulation;

import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.Rank;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Arrivals as lines of comma-separated values below a line of names, in the order of their times. */
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

    /** Writes all arrivals. */
    public static void write(Iterator<Arrival> arrivals, Writer out) throws IOException {
        out.write(String.join(",", NAMES) + "\n");
        while (arrivals.hasNext()) {
            Arrival a = arrivals.next();
            JobTerms terms = a.terms();
            out.write(a.atMicros() + "," + a.steps() + "," + a.samples() + "," + lower(a.preview()) + "," + a.reads()
                    + "," + a.deadlineMicros() + "," + a.leavesMicros() + "," + lower(terms.rank()) + ","
                    + terms.tenant() + "," + terms.weight() + "," + terms.flexible() + "\n");
        }
    }

    /**
     * Reads arrivals one by one.
     *
     * @param name of the file, for messages
     * @throws IllegalArgumentException now or on the way, with one line that names file, line, field and what was
     *     expected
     */
    public static Iterator<Arrival> read(BufferedReader in, String name) {
        Lines lines = new Lines(in, name);
        List<String> names = Arrays.asList(lines.take().split(",", -1));
        if (!names.equals(NAMES)) {
            throw new IllegalArgumentException(
                    name + ", line 1: " + String.join(",", names) + " (expected: " + String.join(",", NAMES) + ")");
        }
        return lines;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static final class Lines implements Iterator<Arrival> {
        private final BufferedReader in;
        private final String name;
        private @Nullable String next;
        private int number;
        private long lastMicros;

        Lines(BufferedReader in, String name) {
            this.in = in;
            this.name = name;
            next = readLine();
        }

        /** The next line; empty where there is none. */
        String take() {
            String line = next == null ? "" : next;
            next = readLine();
            number++;
            return line;
        }

        private @Nullable String readLine() {
            try {
                return in.readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(name + " cannot be read", e);
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Arrival next() {
            String[] fields = take().split(",", -1);
            try {
                Arrival.require(fields.length == NAMES.size(), "fields", fields.length, Integer.toString(NAMES.size()));
                Arrival arrival = parse(fields);
                Arrival.require(
                        arrival.atMicros() >= lastMicros, "at_us", arrival.atMicros(), "at least " + lastMicros);
                lastMicros = arrival.atMicros();
                return arrival;
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + ", line " + number + ": " + e.getMessage(), e);
            }
        }

        private static Arrival parse(String[] fields) {
            JobTerms terms = new JobTerms(
                    Rank.valueOf(word(fields, 7, "interactive", "standard", "background")),
                    fields[8],
                    weight(fields[9]),
                    flag(fields, 10));
            return new Arrival(
                    number(fields, 0),
                    Math.toIntExact(Math.min(Integer.MAX_VALUE, number(fields, 1))),
                    Math.toIntExact(Math.min(Integer.MAX_VALUE, number(fields, 2))),
                    Preview.valueOf(word(fields, 3, "exact", "free", "none")),
                    flag(fields, 4),
                    number(fields, 5),
                    number(fields, 6),
                    terms);
        }

        private static long number(String[] fields, int index) {
            if (!fields[index].matches("\\d{1,18}")) {
                throw wrong(index, fields[index], "a whole number, at least 0");
            }
            return Long.parseLong(fields[index]);
        }

        private static double weight(String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw wrong(9, text, "a number, " + JobTerms.LEAST_WEIGHT + ".." + JobTerms.MOST_WEIGHT);
            }
        }

        private static boolean flag(String[] fields, int index) {
            return word(fields, index, "true", "false").equals("TRUE");
        }

        private static String word(String[] fields, int index, String... words) {
            if (!Arrays.asList(words).contains(fields[index])) {
                throw wrong(index, fields[index], "one of " + String.join(", ", words));
            }
            return fields[index].toUpperCase(Locale.ROOT);
        }

        private static IllegalArgumentException wrong(int index, String value, String expected) {
            return new IllegalArgumentException(NAMES.get(index) + ": " + value + " (expected: " + expected + ")");
        }
    }
}
