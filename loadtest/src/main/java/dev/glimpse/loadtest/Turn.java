package dev.glimpse.loadtest;

import java.util.ArrayList;
import java.util.List;

/**
 * One of the runs that a command is asked for.
 *
 * @param round from 1
 * @param plan of its scenario, with pictures of its own
 */
record Turn(int round, Trial.Plan plan, Target server) {
    /** One that was taken, and what it came to. */
    record Taken(int round, Trial.Result result) {}

    /** Every scenario on every target before the next round, so that what changes meanwhile meets all of them. */
    static List<Turn> all(int rounds, List<Trial.Plan> plans, List<Target> servers) {
        List<Turn> turns = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (Trial.Plan plan : plans) {
                for (Target server : servers) {
                    turns.add(new Turn(round, plan.run(turns.size() + 1), server));
                }
            }
        }
        return turns;
    }
}
