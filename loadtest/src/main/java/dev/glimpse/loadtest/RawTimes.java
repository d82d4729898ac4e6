package dev.glimpse.loadtest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;

/** Times of forwards by their rows, measured without a server around them. */
final class RawTimes {
    private final TreeMap<Integer, Double> millisByRows;
    private final int workers;

    /**
     * Times that so many workers take at once.
     *
     * @param millisByRows at least one
     */
    RawTimes(Map<Integer, Double> millisByRows, int workers) {
        Arrival.require(!millisByRows.isEmpty(), "results", millisByRows, "at least one");
        Arrival.require(workers >= 1, "--workers", workers, "at least 1");
        this.millisByRows = new TreeMap<>(millisByRows);
        this.workers = workers;
    }

    /** Reads what {@code glimpse bench --json} printed. */
    static RawTimes read(Path file, int workers) throws IOException {
        Arrival.require(Files.isReadable(file) && !Files.isDirectory(file), "--raw", file, "a readable file");
        Map<Integer, Double> times = new TreeMap<>();
        try {
            JsonObject top = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            for (JsonElement line : top.getAsJsonArray("results")) {
                JsonObject result = line.getAsJsonObject();
                int rows = result.get("rows").getAsInt();
                double millis = result.get("emitted_ms").getAsDouble();
                Arrival.require(rows >= 1, "--raw: " + file + ", rows", rows, "at least 1");
                Arrival.require(millis > 0, "--raw: " + file + ", emitted_ms", millis, "more than 0");
                times.put(rows, millis);
            }
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | ClassCastException
                | NumberFormatException
                | UnsupportedOperationException
                | CharacterCodingException e) {
            throw new IllegalArgumentException("--raw: " + file + " (expected: the output of glimpse bench --json)", e);
        }
        Arrival.require(!times.isEmpty(), "--raw", file, "the output of glimpse bench --json");
        return new RawTimes(times, workers);
    }

    /** Between two sizes that were measured on the line between them, outside of all in proportion to the nearest. */
    double millis(int rows) {
        Map.Entry<Integer, Double> below = millisByRows.floorEntry(rows);
        Map.Entry<Integer, Double> above = millisByRows.ceilingEntry(rows);
        if (below == null || above == null) {
            Map.Entry<Integer, Double> nearest = below == null ? above : below;
            return nearest.getValue() * rows / nearest.getKey();
        }
        double way = below.getKey().equals(above.getKey())
                ? 0
                : (rows - below.getKey()) / (double) (above.getKey() - below.getKey());
        return below.getValue() + way * (above.getValue() - below.getValue());
    }

    /** The time of a forward that was padded to the next size that was measured. */
    double paddedMillis(int rows) {
        Integer size = millisByRows.ceilingKey(rows);
        return size == null ? millis(rows) : millisByRows.get(size);
    }

    /**
     * Served over raw evaluations a second: the time that a run's forwards take alone, over the time that it took. What
     * a server pads its forwards with counts as lost.
     *
     * @param evaluations of the run, by the rows of their forward
     */
    double efficiency(SortedMap<Integer, Long> evaluations, double seconds) {
        return share(evaluations, seconds, this::millis);
    }

    /** The same with the padding that the forwards had: what is missing to 1 is lost around them. */
    double forwardEfficiency(SortedMap<Integer, Long> evaluations, double seconds) {
        return share(evaluations, seconds, this::paddedMillis);
    }

    private double share(SortedMap<Integer, Long> evaluations, double seconds, IntToDoubleFunction millis) {
        double alone = evaluations.entrySet().stream()
                .mapToDouble(size -> size.getValue()
                        / (double) Math.max(1, size.getKey())
                        * millis.applyAsDouble(Math.max(1, size.getKey())))
                .sum();
        return alone / 1000 / workers / seconds;
    }
}
