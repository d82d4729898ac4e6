package dev.glimpse.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which pictures a simulated request shows before its end, which decides how many rows its steps take. */
public enum Preview {
    /** One that costs a row of its own after every step but the last. */
    EXACT,
    /** One that costs a row of its own after the first step, and none after the others. */
    FREE,
    /** None but the last. */
    NONE;

    /** Rows of each of so many steps. */
    List<Integer> rows(int steps) {
        List<Integer> rows = new ArrayList<>(Collections.nCopies(steps, 1));
        for (int step = 0; step < steps - 1; step++) {
            rows.set(step, this == EXACT || (this == FREE && step == 0) ? 2 : 1);
        }
        return List.copyOf(rows);
    }

    /** Evaluations of so many steps. */
    int nfe(int steps) {
        int previews = this == EXACT ? steps - 1 : this == FREE ? 1 : 0;
        return steps + Math.min(steps - 1, previews);
    }
}
