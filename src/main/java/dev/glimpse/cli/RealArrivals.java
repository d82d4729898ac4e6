package dev.glimpse.cli;

import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.simulation.Arrival;
import java.util.List;

/** What a real worker must be able to be asked for, where a simulation can be asked for more. */
final class RealArrivals {
    private RealArrivals() {}

    /**
     * Refuses arrivals that a worker would answer otherwise than the simulation does.
     *
     * @param seconds in which they arrive
     * @param limits of the worker, which refuses a request beyond them
     * @throws WrongInputException naming the first reason
     */
    static void require(List<Arrival> arrivals, int seconds, GenerationLimits limits) {
        WrongInputException.require(
                !arrivals.isEmpty(), "--check", seconds + " s without a request", "so many that one arrives");
        WrongInputException.require(
                arrivals.stream().allMatch(Arrival::reads),
                "--check",
                "readers that are slow",
                "arrivals whose clients read, such as those of all workloads but W4");
        for (Arrival arrival : arrivals) {
            within("steps", arrival.steps(), "limits.max-steps", limits.maxSteps());
            within("samples", arrival.samples(), "limits.max-count", limits.maxCount());
            // Each step of a simulation is one evaluation.
            within("evaluations", (long) arrival.steps() * arrival.samples(), "limits.max-nfe", limits.maxNfe());
        }
    }

    private static void within(String what, long asked, String limit, long most) {
        WrongInputException.require(
                asked <= most,
                "--check",
                "a request of " + asked + " " + what,
                "arrivals within " + limit + ", " + most);
    }
}
