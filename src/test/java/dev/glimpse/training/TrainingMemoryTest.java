package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.TorchScriptArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

// It measures what its process takes, which other tests would share.
@Tag("alone")
class TrainingMemoryTest {
    private static final int WARM = 50;
    private static final int STEPS = 180;
    /** With everything a step takes longer, and one step's gradients kept would be 200 kB. */
    private static final int STEPS_WITH_EVERYTHING = 140;

    private static final int SNAPSHOT_EVERY = 20;
    /** One step's gradients and states kept would be more than 100 kB. */
    private static final long MOST_GROWTH = 16L << 20;

    private static final Pattern MAPPING = Pattern.compile("(\\p{XDigit}+)-\\p{XDigit}+ ");
    private static final Pattern ADDRESS = Pattern.compile("0x(\\p{XDigit}+)");

    @TempDir
    Path directory;

    /** Any program takes memory while Java compiles it, and for a while longer. */
    @BeforeAll
    static void train(@TempDir Path unmeasured) throws IOException {
        try (Trainer trainer = new Trainer(
                TinyRun.student(STEPS),
                TrainingInputs.of(TinyRun.data()),
                Placement.cpu(2),
                unmeasured.resolve("run"))) {
            trainer.run(new TrainingListener() {
                @Override
                public void stepped(Statistics s) {}

                @Override
                public void snapshot(int step, Map<String, float[]> average) {}
            });
        }
    }

    @Test
    void memoryOutsideTheHeapStaysWhereItWas() throws IOException {
        assertThat(snapshots(TinyRun.student(STEPS), TrainingInputs.of(TinyRun.data())))
                .containsExactly(STEPS);
    }

    /** Critics, frozen features, a teacher of its own weights, 16 bits, dropout, and a checkpoint now and then. */
    @Test
    void memoryStaysWhereItWasWithEverythingThatARunCanHave() throws IOException {
        Path features = Files.write(directory.resolve("features.pt"), TorchScriptArchive.of("""
                  def features(self, x: Tensor) -> List[Tensor]:
                    fine = torch.cat([x, torch.mul(x, x)], 1)
                    return [fine, torch.avg_pool2d(fine, [2, 2], [2, 2], [0, 0], False, True, None)]
                """));
        TrainingInputs inputs = new TrainingInputs(TinyRun.data(), teacher(), null, List.of(features), null);
        assertThat(snapshots(everything(), inputs))
                .hasSize(STEPS_WITH_EVERYTHING / SNAPSHOT_EVERY)
                .endsWith(STEPS_WITH_EVERYTHING);
    }

    private static TrainingRecipe everything() {
        Goal.Jumps goal = TinyRun.adversarial(TinyRun.jumps(Goal.Solver.HEUN), 2e-3);
        Schedule s = TinyRun.schedule(STEPS_WITH_EVERYTHING, 4, Schedule.OptimiserKind.RADAM);
        Schedule summed = TinyRun.accumulating(s, Schedule.Accumulation.SUM);
        Schedule schedule = TinyRun.emitting(summed, Precision.BF16, 0.1);
        TrainingRecipe tiny = TinyRun.recipe(schedule, goal);
        return new TrainingRecipe(
                tiny.name(), tiny.spec(), tiny.network(), tiny.seed(), true, schedule, goal, SNAPSHOT_EVERY);
    }

    private ModelDirectory teacher() throws IOException {
        TrainingRecipe recipe = TinyRun.denoiser(1);
        Map<String, float[]> weights =
                StartingWeights.of(recipe.network().parameters(), 3, null, Goal.NewBranch.RANDOM);
        Path model = directory.resolve("teacher/1");
        ModelDirectory.write(model, recipe.spec(), recipe.network(), weights, new JsonObject());
        return ModelDirectory.read(model);
    }

    /** Steps at which a run left a snapshot, once it was seen to need no more memory at its end than early on. */
    private List<Integer> snapshots(TrainingRecipe recipe, TrainingInputs inputs) throws IOException {
        int last = recipe.schedule().steps();
        long[] resident = new long[2];
        long[] direct = new long[2];
        List<Integer> snapshots = new ArrayList<>();
        try (Trainer trainer = new Trainer(recipe, inputs, Placement.cpu(2), directory.resolve("run"))) {
            trainer.run(new TrainingListener() {
                @Override
                public void stepped(Statistics s) {
                    if (s.step() == WARM / 2) {
                        // What the first collection frees, the Java machine itself gives back a while later.
                        System.gc();
                    }
                    if (s.step() == WARM || s.step() == last) {
                        int at = s.step() == WARM ? 0 : 1;
                        resident[at] = resident();
                        direct[at] = direct();
                    }
                }

                @Override
                public void snapshot(int step, Map<String, float[]> average) {
                    snapshots.add(step);
                }
            });
        }
        assertThat(direct[1] - direct[0]).as("direct buffers").isLessThan(1L << 20);
        assertThat(resident[1] - resident[0]).as("resident memory").isLessThan(MOST_GROWTH);
        return snapshots;
    }

    /**
     * Pages of this process in main memory that are neither mapped from files nor the Java heap's. The heap's are told
     * by their addresses: what it gives back counts as committed no longer before the pages are gone.
     */
    private static long resident() {
        System.gc();
        long first = heap().min().orElseThrow();
        long end = heap().max().orElseThrow();
        long kilobytes = 0;
        boolean outside = false;
        for (String line : lines("/proc/self/smaps")) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.lookingAt()) {
                long start = Long.parseUnsignedLong(mapping.group(1), 16);
                outside = Long.compareUnsigned(start, first) < 0 || Long.compareUnsigned(start, end) >= 0;
            } else if (outside && line.startsWith("Anonymous:")) {
                kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kilobytes << 10;
    }

    /** Addresses in what the Java machine says of its heap, the first and the last reserved among them. */
    private static LongStream heap() {
        try {
            Object told = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcHeapInfo",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return ADDRESS.matcher(told.toString())
                    .results()
                    .mapToLong(address -> Long.parseUnsignedLong(address.group(1), 16));
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
