package dev.glimpse.sampling;

import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.SamplerRule;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import dev.glimpse.testing.GoldenTensors;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One trajectory of the official samplers, as recorded.
 *
 * @param golden the file
 * @param tag the run's name in it, which tells the sampler and its parameters
 * @param rule the sampler that the tag means
 * @param knots its knots
 */
record GoldenRun(GoldenTensors golden, String tag, SamplerRule rule, Knots knots) {
    private static final Pattern EXACT = Pattern.compile("code_exact_n(\\d+)");
    private static final Pattern CM = Pattern.compile("code_cm_multistep_n(\\d+)");
    private static final Pattern GAMMA = Pattern.compile("code_gamma([\\d.]+)_n(\\d+)");
    private static final Pattern HEUN = Pattern.compile("code_heun_n(\\d+)");
    private static final Pattern TWO_JUMP = Pattern.compile("code_gamma2step_ind(\\d+)_(\\d+)");
    private static final Pattern FREE = Pattern.compile("code_exact_ts_([\\d_]+)_steps(\\d+)");
    private static final Pattern PAPER = Pattern.compile("paper_(clamped|literal)_gamma([\\d.]+)_n(\\d+)");
    private static final int LARGEST_GRID = 200;

    /** Every run of a file. */
    static List<GoldenRun> all(GoldenTensors golden) {
        return golden.names().stream()
                .filter(name -> name.contains("/"))
                .map(name -> name.substring(0, name.indexOf('/')))
                .distinct()
                .sorted()
                .map(tag -> read(golden, tag))
                .toList();
    }

    private static GoldenRun read(GoldenTensors golden, String tag) {
        Matcher m = EXACT.matcher(tag);
        if (m.matches()) {
            return new GoldenRun(golden, tag, SamplerRule.of(Sampler.EXACT, 0), steps(m.group(1)));
        }
        m = CM.matcher(tag);
        if (m.matches()) {
            return new GoldenRun(golden, tag, SamplerRule.of(Sampler.CM, 1), steps(m.group(1)));
        }
        m = GAMMA.matcher(tag);
        if (m.matches()) {
            double gamma = Double.parseDouble(m.group(1));
            return new GoldenRun(golden, tag, SamplerRule.of(Sampler.GAMMA, gamma), steps(m.group(2)));
        }
        m = HEUN.matcher(tag);
        if (m.matches()) {
            return new GoldenRun(golden, tag, SamplerRule.of(Sampler.HEUN, 0), steps(m.group(1)));
        }
        m = TWO_JUMP.matcher(tag);
        if (m.matches()) {
            int landing = Integer.parseInt(m.group(1));
            int lifted = Integer.parseInt(m.group(2));
            int grid = gridWith(landing, golden.floats(tag + "/call0/s")[0]);
            Knots knots = new Knots.OnGrid(grid, List.of(0, landing, lifted, grid - 1));
            return new GoldenRun(golden, tag, SamplerRule.of(Sampler.TWO_JUMP, 0), knots);
        }
        m = FREE.matcher(tag);
        if (m.matches()) {
            List<Integer> indices =
                    Stream.of(m.group(1).split("_", -1)).map(Integer::valueOf).toList();
            Knots knots = new Knots.OnGrid(Integer.parseInt(m.group(2)), indices);
            return new GoldenRun(golden, tag, SamplerRule.of(Sampler.EXACT, 0), knots);
        }
        m = PAPER.matcher(tag);
        if (m.matches()) {
            GammaForm form = m.group(1).equals("clamped") ? GammaForm.PAPER : GammaForm.PAPER_UNCLAMPED;
            SamplerRule rule = new SamplerRule(Sampler.GAMMA, Double.parseDouble(m.group(2)), form, Churn.NONE);
            return new GoldenRun(golden, tag, rule, steps(m.group(3)));
        }
        throw new AssertionError("a run that no sampler is known for: " + tag);
    }

    private static Knots steps(String n) {
        return new Knots.Karras(Integer.parseInt(n));
    }

    /** The tag tells indices, and the recorded time which grid they are of. */
    private static int gridWith(int index, float time) {
        return IntStream.rangeClosed(index + 1, LARGEST_GRID)
                .filter(size -> Math.abs(grid().knots(size)[index] / time - 1) < 1e-5)
                .findFirst()
                .orElseThrow();
    }

    private static KarrasGrid grid() {
        return new KarrasGrid(0.002, 80, 7);
    }

    StepPlan plan() {
        return StepPlans.plan(rule, knots, grid());
    }

    /** Network calls that were recorded. */
    int calls() {
        return (int) IntStream.iterate(0, i -> golden.names().contains(call(i) + "/t"), i -> i + 1)
                .count();
    }

    /** Name of a recorded call, before "/t" and the like. */
    String call(int index) {
        return tag + (tag.startsWith("paper") ? "/step" : "/call") + index;
    }

    @Override
    public String toString() {
        return tag;
    }
}
