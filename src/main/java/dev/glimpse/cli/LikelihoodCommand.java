package dev.glimpse.cli;

import dev.glimpse.evaluation.LabelledPicture;
import dev.glimpse.evaluation.Likelihood;
import dev.glimpse.evaluation.LikelihoodSettings;
import dev.glimpse.evaluation.PictureLikelihood;
import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.ModelDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code glimpse likelihood}: bits per dimension of pictures under a model. */
@Command(
        name = "likelihood",
        description = "Scores pictures: bits per dimension by the probability flow ODE, with standard errors. Interrupt"
                + " it at any time; it prints the result so far.")
final class LikelihoodCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private PictureOptions pictures = new PictureOptions();

    @Mixin
    private LikelihoodOptions options = new LikelihoodOptions();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Receives a line of JSON for each picture, and one for their mean, for --merge; default: none.")
    private @Nullable Path out;

    @Option(
            names = "--merge",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Tell the mean of what --out has received in every shard, instead of scoring pictures.")
    private List<Path> merged = List.of();

    @Override
    public Integer call() throws IOException {
        if (!merged.isEmpty()) {
            UnusedOptions.refuseAllBut(
                    spec.commandLine().getParseResult(),
                    Set.of("--merge", "--json", "--verbose"),
                    "none with --merge, which tells of finished shards alone");
            LikelihoodMerge.of(merged).report(json.isSet(), spec.commandLine().getOut());
            return ExitCode.OK;
        }
        return score();
    }

    private int score() throws IOException {
        OptionalInt bound = options.bound(spec.commandLine().getParseResult());
        LikelihoodSettings settings = options.settings();
        ModelDirectory directory = model.read();
        PictureOptions.Selection selection = pictures.select(directory.config().spec());
        OutputPlace.file("--out", out);
        ClassCounts.order(selection.data().folders(), directory.config().spec().labels())
                .ifPresent(line -> spec.commandLine().getErr().println(line));
        Interruption interruption = Interruption.listen(spec.commandLine().getErr());
        try (DifferentiableDenoiser denoiser = directory.loadDifferentiable(device.first());
                Likelihood likelihood = new Likelihood(denoiser, settings);
                OutputLock lock = out == null ? null : OutputLock.ofContent("--out", out);
                // Last of all, as it empties the file: what is wrong with anything else costs nobody their scores.
                JsonLinesFile file = out == null ? null : JsonLinesFile.open(out)) {
            interruption.onStop("soon, with the result so far", likelihood::stop);
            LikelihoodReport.Sinks sinks =
                    new LikelihoodReport.Sinks(json.isSet(), spec.commandLine().getOut(), file);
            score(likelihood, bound, selection, new LikelihoodReport(directory, selection, settings, bound, sinks));
        }
        return interruption.status();
    }

    private void score(
            Likelihood likelihood, OptionalInt bound, PictureOptions.Selection selection, LikelihoodReport report)
            throws IOException {
        ProgressBar bar = ProgressBar.of(spec.commandLine().getErr(), "pictures", selection.count());
        long start = System.nanoTime();
        boolean through = false;
        try {
            score(likelihood, bound, selection, report, bar);
            through = true;
        } finally {
            bar.end();
            // Also of those that were scored before one that could not be.
            if (through || report.holdsScores()) {
                report.ended(System.nanoTime() - start);
            }
        }
    }

    private static void score(
            Likelihood likelihood,
            OptionalInt bound,
            PictureOptions.Selection selection,
            LikelihoodReport report,
            ProgressBar bar)
            throws IOException {
        for (int from = 0; from < selection.count(); from += Likelihood.MAX_PICTURES) {
            int done = from;
            int to = Math.min(selection.count(), from + Likelihood.MAX_PICTURES);
            List<LabelledPicture> group = selection.read(from, to);
            List<PictureLikelihood> scored = bound.isPresent()
                    ? likelihood.bound(group, bound.getAsInt(), (evaluated, ahead) -> bar.show(done + ahead))
                    : likelihood.score(group, (evaluated, ahead) -> bar.show(done + ahead));
            if (scored.isEmpty()) {
                break;
            }
            for (PictureLikelihood picture : scored) {
                report.scored(picture);
            }
        }
    }
}
