package dev.glimpse.loadtest;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a run took of the server's machine; each part is empty if unknown.
 *
 * @param kilobytesBefore memory of the server before the run and its idle WebSockets
 * @param kilobytesAfter memory once the requests were over, with the idle WebSockets still there
 * @param kilobytesPerSocket memory that it took for each of those
 * @param cpuMillis processor time of the requests
 */
record ServerUsage(
        OptionalLong kilobytesBefore,
        OptionalLong kilobytesAfter,
        OptionalLong kilobytesPerSocket,
        OptionalLong cpuMillis) {
    /** Of a server of whose process nothing is known. */
    static ServerUsage unknown() {
        return new ServerUsage(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    /** A process at one moment. */
    record Reading(OptionalLong kilobytes, OptionalLong cpuMillis) {
        static Reading of(Optional<ServerProcess> process) {
            return new Reading(
                    process.map(ServerProcess::residentKilobytes).orElse(OptionalLong.empty()),
                    process.map(ServerProcess::cpuMillis).orElse(OptionalLong.empty()));
        }
    }

    /**
     * Between moments of a run.
     *
     * @param bare before the idle WebSockets
     * @param before with them, before the requests
     * @param after with them, after the requests
     * @param sockets how many there were
     */
    static ServerUsage of(Reading bare, Reading before, Reading after, int sockets) {
        return new ServerUsage(
                bare.kilobytes(),
                after.kilobytes(),
                sockets == 0 ? OptionalLong.empty() : difference(bare.kilobytes(), before.kilobytes(), sockets),
                difference(before.cpuMillis(), after.cpuMillis(), 1));
    }

    private static OptionalLong difference(OptionalLong before, OptionalLong after, int parts) {
        return before.isPresent() && after.isPresent()
                ? OptionalLong.of((after.getAsLong() - before.getAsLong()) / parts)
                : OptionalLong.empty();
    }
}
