package dev.glimpse.generation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Everyone who reads the frames of one request; belongs to the dispatcher's context. */
final class Audience {
    private final int framesPerSample;
    private final boolean open;
    private final List<Reader> readers = new ArrayList<>();

    /** The newest frames of each sample, for those who come later; empty while nobody can. */
    private final Map<Integer, Deque<Frame>> newest = new TreeMap<>();

    private int passed;

    /**
     * @param framesPerSample frames of a sample that wait for a reader, and that one who comes later finds
     * @param open whether others may join while the request runs
     */
    Audience(int framesPerSample, boolean open) {
        this.framesPerSample = framesPerSample;
        this.open = open;
    }

    /** One who reads. */
    static final class Reader {
        private final RequestStream stream;
        private final long admittedNanos;
        private final long deadlineNanos;
        private final Optional<SessionStates> states;
        private boolean paused;

        /**
         * @param admittedNanos since when
         * @param deadlineNanos until when
         * @param states where the states of what it reads are kept, if it may refine them
         */
        Reader(RequestStream stream, long admittedNanos, long deadlineNanos, Optional<SessionStates> states) {
            this.stream = stream;
            this.admittedNanos = admittedNanos;
            this.deadlineNanos = deadlineNanos;
            this.states = states;
        }

        RequestStream stream() {
            return stream;
        }

        boolean paused() {
            return paused;
        }

        void paused(boolean value) {
            paused = value;
        }
    }

    /** Adds a reader, who gets the newest frames of what there was before. */
    void add(Reader reader) {
        readers.add(reader);
        newest.values().forEach(frames -> frames.forEach(reader.stream::offer));
        reader.stream.skip(passed);
    }

    void remove(Reader reader) {
        readers.remove(reader);
    }

    List<Reader> readers() {
        return List.copyOf(readers);
    }

    /** Whether every reader has paused, so that nothing need be made. */
    boolean paused() {
        return readers.stream().allMatch(reader -> reader.paused);
    }

    /** The time until which somebody reads. */
    long latestDeadlineNanos(long nowNanos) {
        return nowNanos
                + readers.stream()
                        .mapToLong(reader -> reader.deadlineNanos - nowNanos)
                        .max()
                        .orElse(0);
    }

    /**
     * Whether any reader has room for another frame of this sample.
     *
     * @param coming frames of it that will be offered first
     */
    boolean wants(int sample, int coming) {
        return readers.stream().anyMatch(reader -> !reader.paused && reader.stream.wants(sample, coming));
    }

    /** Keeps a state for those who may refine it. */
    void keep(int sample, SessionStates.State state) {
        readers.forEach(reader -> reader.states.ifPresent(
                states -> states.keep(reader.stream.accepted().requestId(), sample, state)));
    }

    void offer(Frame frame) {
        if (open) {
            Deque<Frame> frames = newest.computeIfAbsent(frame.sample(), sample -> new ArrayDeque<>());
            frames.add(frame);
            if (frames.size() > framesPerSample) {
                frames.remove();
                passed++;
            }
        }
        readers.forEach(reader -> reader.stream.offer(frame));
    }

    /** Counts a preview that was not made, as nobody had room for it. */
    void skip() {
        passed++;
        readers.forEach(reader -> reader.stream.skip(1));
    }

    void finish(int nfe, long nowNanos) {
        readers().forEach(reader -> reader.stream.finish(nfe, Math.max(0, nowNanos - reader.admittedNanos)));
    }

    /** The newest frames of every sample, each sample's oldest first. */
    List<Frame> newest() {
        return newest.values().stream().flatMap(Deque::stream).toList();
    }
}
