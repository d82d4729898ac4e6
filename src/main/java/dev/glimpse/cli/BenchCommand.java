package dev.glimpse.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.ModelDirectory;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code glimpse bench}: how many network evaluations a second one worker of this machine does, by rows. */
@Command(
        name = "bench",
        description =
                "Measures network evaluations a second by rows of a forward: the emitted network, which the server "
                        + "runs, and the eager one, in turns. Times are medians. Ends with A and B of T(rows) = A + B x rows, "
                        + "the line closest to the emitted network's. Fails when their answers differ.")
final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--rows",
            paramLabel = "N",
            split = ",",
            description = "Rows of a forward; default: ${DEFAULT-VALUE}.",
            defaultValue = "1,2,4,8,12,16,32")
    private List<Integer> rows = new ArrayList<>();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Forwards of each kind and size; default: ${DEFAULT-VALUE}.",
            defaultValue = "11")
    private int rounds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads inside one evaluation, at most one for each processor; default: ${DEFAULT-VALUE}, as"
                    + " a worker of the server has.",
            defaultValue = "1")
    private int threads;

    @Override
    public Integer call() {
        requireAtLeastOne("--rounds", rounds);
        requireAtLeastOne("--threads", threads);
        int processors = Runtime.getRuntime().availableProcessors();
        WrongInputException.require(
                threads <= processors, "--threads", threads, "at most " + processors + ", a processor each");
        WrongInputException.require(!rows.isEmpty(), "--rows", "none", "at least one number");
        rows.forEach(n -> requireAtLeastOne("--rows", n));
        // Read when the engine starts, which is later than this line.
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        ComputeDevice on = device.first();
        ModelDirectory directory = model.read();
        requireArrays(directory.config().spec().dimension());
        List<ForwardBench.Result> results = new ArrayList<>();
        PrintWriter out = spec.commandLine().getOut();
        if (!json.isSet()) {
            heading(directory, on, out);
        }
        try (CtmModel emitted = directory.load(on);
                CtmModel eager = directory.loadEager(on)) {
            ForwardBench bench = new ForwardBench(emitted, eager, rounds, Tf32.note(on));
            for (int n : rows) {
                ForwardBench.Result result = bench.measure(n);
                results.add(result);
                if (!json.isSet()) {
                    line(result, out);
                }
            }
        }
        if (json.isSet()) {
            JsonOption.print(json(directory, on, results), out);
        } else {
            CostLine cost = cost(results);
            out.printf("T(rows) = A + B x rows: --cost %s%n", cost.option());
            out.flush();
        }
        return ExitCode.OK;
    }

    /** In milliseconds. */
    private static CostLine cost(List<ForwardBench.Result> results) {
        return CostLine.through(results.stream()
                .map(result -> new CostLine.Point(result.rows(), result.emittedMillis()))
                .toList());
    }

    private static void requireAtLeastOne(String option, int value) {
        if (value < 1) {
            throw new WrongInputException(option, value, "at least 1");
        }
    }

    /** All pictures of a forward are in one array. */
    private void requireArrays(int dimension) {
        int most = Integer.MAX_VALUE / dimension;
        for (int n : rows) {
            WrongInputException.require(
                    n <= most, "--rows", n, "at most " + most + " with pictures of " + dimension + " values");
        }
    }

    private void heading(ModelDirectory directory, ComputeDevice on, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s/%s on %s, %s, medians of %d%n",
                directory.name(),
                directory.version(),
                on.label(),
                Counted.of(threads, "thread"),
                rounds);
        out.printf("%4s  %12s %9s  %12s %9s  %8s%n", "rows", "emitted ms", "NFE/s", "eager ms", "NFE/s", "speed-up");
        out.flush();
    }

    private static void line(ForwardBench.Result result, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%4d  %12.2f %9.1f  %12.2f %9.1f  %8.2f%n",
                result.rows(),
                result.emittedMillis(),
                result.emittedPerSecond(),
                result.eagerMillis(),
                result.eagerPerSecond(),
                result.eagerMillis() / result.emittedMillis());
        out.flush();
    }

    private JsonObject json(ModelDirectory directory, ComputeDevice on, List<ForwardBench.Result> results) {
        JsonObject top = new JsonObject();
        top.addProperty("model", directory.name());
        top.addProperty("version", directory.version());
        top.addProperty("parameters", directory.parameterCount());
        top.addProperty("device", on.label());
        top.addProperty("threads", threads);
        top.addProperty("rounds", rounds);
        JsonArray lines = new JsonArray();
        for (ForwardBench.Result result : results) {
            JsonObject line = new JsonObject();
            line.addProperty("rows", result.rows());
            line.addProperty("emitted_ms", result.emittedMillis());
            line.addProperty("emitted_nfe_per_second", result.emittedPerSecond());
            line.addProperty("eager_ms", result.eagerMillis());
            line.addProperty("eager_nfe_per_second", result.eagerPerSecond());
            line.addProperty("largest_difference", result.difference());
            lines.add(line);
        }
        top.add("results", lines);
        CostLine cost = cost(results);
        top.addProperty("a_ms", cost.a());
        top.addProperty("b_ms", cost.b());
        return top;
    }
}
