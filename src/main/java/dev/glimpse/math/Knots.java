package dev.glimpse.math;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** The times that a trajectory stops at between two jumps. */
public sealed interface Knots {
    /** Further than this from an end of the grid, relative, a time is another one: a float32 of it is nearer. */
    double SAME_TIME = 1e-6;

    /** Most steps, and most knots of a grid: far more than any picture takes, and few enough to be planned at once. */
    int LARGEST_GRID = 100_000;

    /**
     * As many as a number of steps needs, along the model's Karras grid.
     *
     * @param steps 1..{@link #LARGEST_GRID}
     */
    record Karras(int steps) implements Knots {
        public Karras {
            if (steps < 1) {
                throw new InvalidPlanException("steps", steps, "at least 1");
            }
            if (steps > LARGEST_GRID) {
                throw new InvalidPlanException("steps", steps, "at most " + LARGEST_GRID);
            }
        }

        /**
         * As many steps, the last of which jumps to the end from a time of choice: where there are several, they stop
         * along the Karras grid from sigma_max to there.
         *
         * @param lastJumpT between the grid's ends
         */
        public Times until(double lastJumpT, KarrasGrid grid) {
            List<Double> times = new ArrayList<>();
            for (double time : new KarrasGrid(lastJumpT, grid.sigmaMax(), grid.rho()).knots(steps)) {
                times.add(time);
            }
            times.add(grid.sigmaMin());
            return new Times(times);
        }
    }

    /**
     * Times of one's own, from sigma_max down to sigma_min, both included.
     *
     * @param times at least 1
     */
    record Times(List<Double> times) implements Knots {
        public Times {
            times = List.copyOf(times);
            requireSome(times);
        }
    }

    /**
     * Places on a Karras grid of a fixed size, as the official code's {@code ts}; training grids have 18 (CIFAR-10) or
     * 40 (ImageNet 64) knots.
     *
     * @param grid knots of the grid, 2..{@link #LARGEST_GRID}
     * @param indices from 0 (sigma_max) to grid - 1 (sigma_min), both included
     */
    record OnGrid(int grid, List<Integer> indices) implements Knots {
        public OnGrid {
            indices = List.copyOf(indices);
            requireSome(indices);
            if (grid < 2 || grid > LARGEST_GRID) {
                throw new InvalidPlanException("knots.grid", grid, "2.." + LARGEST_GRID);
            }
            for (int index : indices) {
                if (index < 0 || index >= grid) {
                    throw new InvalidPlanException("knots", index, "indices 0.." + (grid - 1));
                }
            }
        }

        private List<Double> times(KarrasGrid on) {
            return DoubleStream.of(on.knots(grid, indices.stream().mapToInt(index -> index)))
                    .boxed()
                    .toList();
        }
    }

    /** Number of knots; for {@link Karras} that of a sampler which ends in the last of them. */
    default int size() {
        if (this instanceof Karras karras) {
            return karras.steps() + 1;
        }
        return this instanceof Times times
                ? times.times().size()
                : ((OnGrid) this).indices().size();
    }

    /**
     * The knots as times, the first and last of several snapped to the grid's ends.
     *
     * @param karrasSize how many knots a number of steps means
     */
    default List<Double> times(KarrasGrid grid, int karrasSize) {
        List<Double> times = new ArrayList<>();
        if (this instanceof Karras) {
            for (double time : grid.knots(karrasSize)) {
                times.add(time);
            }
        } else if (this instanceof OnGrid places) {
            times.addAll(places.times(grid));
        } else if (this instanceof Times free) {
            free.times().forEach(time -> times.add(snapped(time, grid)));
        }
        requireEnds(times, grid);
        return times;
    }

    /**
     * The knots where they are on a model's own grid, whatever noise level a walk begins at: those of a client's choice
     * as {@link Times}, with the ends of that grid exact.
     */
    default Knots placed(KarrasGrid model) {
        if (this instanceof OnGrid places) {
            return new Times(places.times(model));
        }
        return this instanceof Times free
                ? new Times(
                        free.times().stream().map(time -> snapped(time, model)).toList())
                : this;
    }

    /**
     * Refuses knots of a client's choice whose first is not the noise level that a walk begins at.
     *
     * @throws InvalidPlanException naming the first
     */
    default void requireBegin(double level) {
        if (this instanceof Times free && !isSame(free.times().get(0), level)) {
            throw new InvalidPlanException(
                    "knots", free.times().get(0), level + " as the first, the noise level that it begins at");
        }
    }

    private static double snapped(double time, KarrasGrid grid) {
        if (isSame(time, grid.sigmaMax())) {
            return grid.sigmaMax();
        }
        return isSame(time, grid.sigmaMin()) ? grid.sigmaMin() : time;
    }

    private static boolean isSame(double time, double end) {
        return Math.abs(time - end) <= SAME_TIME * end;
    }

    private static void requireEnds(List<Double> times, KarrasGrid grid) {
        double first = times.get(0);
        double last = times.get(times.size() - 1);
        if (first != grid.sigmaMax()) {
            throw new InvalidPlanException(
                    "knots", first, "sigma_max " + grid.sigmaMax() + " as the first, where pictures are pure noise");
        }
        if (times.size() > 1 && last != grid.sigmaMin()) {
            throw new InvalidPlanException(
                    "knots", last, "sigma_min " + grid.sigmaMin() + " as the last, where pictures are finished");
        }
    }

    private static void requireSome(List<?> knots) {
        if (knots.isEmpty()) {
            throw new InvalidPlanException("knots", "none", "at least 1");
        }
    }
}
