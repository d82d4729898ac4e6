package dev.glimpse.loadtest;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a request came to.
 *
 * @param arrival the request
 * @param end how it ended
 * @param detail status and message of an end that is not good, or what is wrong with its pictures; else empty
 * @param times when things happened
 * @param nfe network evaluations that the server said it spent
 * @param resumes how often it went on where its server had left it
 * @param cached whether its server said that the pictures were made before
 * @param shortened whether its server took fewer steps than asked for, as it may with a request that is flexible
 * @param frames pictures in the order in which they came
 */
record Answer(
        Arrival arrival,
        End end,
        String detail,
        Times times,
        long nfe,
        int resumes,
        boolean cached,
        boolean shortened,
        List<Frame> frames) {
    Answer {
        frames = List.copyOf(frames);
    }

    /** How a request ends. */
    enum End {
        /** With all its pictures. */
        FINISHED,
        /** By a server that is too busy, or by one that is draining or away before it began. */
        REFUSED,
        /** At its deadline. */
        LATE,
        /** By its client. */
        LEFT,
        /** By a server that drained and gave it a token, which no server took: before the time was over, or ever. */
        CUT,
        /**
         * By an error after the server had accepted it, by one that is nobody's load, or with other pictures than
         * asked, such as those of fewer steps.
         */
        BROKEN
    }

    /**
     * Times in nanoseconds since the request was due, so that a client that falls behind cannot hide it.
     *
     * @param sent when it was really sent
     * @param accepted when the server said what it would do; empty if it never did
     * @param first when the first picture came; empty if none did
     * @param end when it ended
     */
    record Times(long sent, OptionalLong accepted, OptionalLong first, long end) {}

    /**
     * A picture that came.
     *
     * @param atNanos when, since the request was due
     * @param sample which picture of the request it shows
     * @param step how far that one was
     * @param rows of the forward that made it
     * @param evaluations rows of this picture since the frame before
     * @param forwardMicros how long that forward took
     */
    record Frame(long atNanos, int sample, int step, int rows, long evaluations, long forwardMicros) {}
}
