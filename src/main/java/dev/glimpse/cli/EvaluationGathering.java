package dev.glimpse.cli;

import dev.glimpse.evaluation.FeatureNetwork;
import dev.glimpse.evaluation.SampleScope;
import dev.glimpse.evaluation.SampleStatistics;
import dev.glimpse.evaluation.StatisticsFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The drawing of a share of the samples, block by block, with its statistics on disk all the way. */
final class EvaluationGathering {
    private static final int SAVES = 20;

    private final EvaluationRun run;
    private final WorkShare share;
    private final int kept;
    private final Path out;

    /** @param kept feature vectors that are kept */
    EvaluationGathering(EvaluationRun run, WorkShare share, int kept, Path out) {
        this.run = run;
        this.share = share;
        this.kept = kept;
        this.out = out;
    }

    static String fileName(WorkShare share) {
        return "statistics-" + share.index() + "-of-" + share.parts() + ".safetensors";
    }

    /** Reads {@code --shard}; samples are drawn in blocks, and a shard without any would leave nothing to join. */
    static WorkShare shard(String text, int count) {
        WorkShare shard = WorkShare.parse(text);
        if (shard.parts() > blocks(count)) {
            throw new WrongInputException(
                    "--shard",
                    text,
                    "at most as many parts as blocks of " + FeatureNetwork.BATCH + " samples, " + blocks(count));
        }
        return shard;
    }

    private static int blocks(int count) {
        return (count + FeatureNetwork.BATCH - 1) / FeatureNetwork.BATCH;
    }

    Path file() {
        return out.resolve(fileName(share));
    }

    /** Goes on from the file where there is one, and leaves it behind either way. */
    StatisticsFile gather(EvaluationWorkers workers, PrintWriter err) throws IOException {
        int blocks = blocks(run.count());
        int begin = share.from(blocks);
        int end = share.to(blocks);
        State state = start(workers.first().scope(run, kept), begin);
        int goOn = begin + (state.done + FeatureNetwork.BATCH - 1) / FeatureNetwork.BATCH;
        int saveEvery = Math.max(1, (end - begin) / SAVES);
        ProgressBar progress = ProgressBar.of(err, "blocks of samples", end - goOn);
        workers.run(goOn, end, (worker, block) -> worker.draw(first(block), first(block + 1)), block -> {
            state.add(block);
            int finished = block.from() / FeatureNetwork.BATCH + 1 - begin;
            progress.show(finished - (goOn - begin));
            if (finished % saveEvery == 0) {
                save(state);
            }
        });
        progress.end();
        save(state);
        return state.file();
    }

    private int first(int block) {
        return Math.min(run.count(), block * FeatureNetwork.BATCH);
    }

    private State start(SampleScope scope, int begin) {
        if (!Files.exists(file())) {
            List<SampleStatistics> settings = new ArrayList<>();
            run.plans().forEach(plan -> settings.add(new SampleStatistics(scope)));
            return new State(scope, first(begin), 0, settings, List.of());
        }
        StatisticsFile found = StatisticsFile.read(file());
        if (!found.run().equals(run.description()) || !found.scope().equals(scope)) {
            throw new WrongInputException(
                    "--out", out, "another directory, as " + file().getFileName() + " in it is of another evaluation");
        }
        return new State(scope, found.from(), found.done(), found.settings(), found.sheet());
    }

    private void save(State state) {
        try {
            state.file().write(file());
        } catch (IOException e) {
            throw new UncheckedIOException(file() + " cannot be written", e);
        }
    }

    /** What is gathered so far. */
    private final class State {
        private final SampleScope scope;
        private final int from;
        private final List<SampleStatistics> settings;
        private List<float[]> sheet;
        private int done;

        State(SampleScope scope, int from, int done, List<SampleStatistics> settings, List<float[]> sheet) {
            this.scope = scope;
            this.from = from;
            this.done = done;
            this.settings = settings;
            this.sheet = sheet;
        }

        void add(EvaluationWorker.Block block) {
            for (int i = 0; i < settings.size(); i++) {
                SampleStatistics setting = settings.get(i);
                setting.add(new SampleStatistics.Block(
                        block.from(), block.labels(), block.features().get(i)));
                int compared = Math.max(
                                0, Math.min(block.labels().length, run.teacher().count() - block.from()))
                        * run.spec().dimension();
                setting.compare(
                        Arrays.copyOf(block.pixels().get(i), compared), Arrays.copyOf(block.target(), compared));
            }
            done += block.labels().length;
            if (block.from() == 0) {
                sheet = drawSheet(block);
            }
        }

        StatisticsFile file() {
            return new StatisticsFile(run.description(), scope, from, done, settings, sheet);
        }
    }

    private List<float[]> drawSheet(EvaluationWorker.Block first) {
        EvaluationSheet sheet = EvaluationSheet.of(run, first);
        try {
            sheet.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(out + ": the sheet of samples cannot be written", e);
        }
        return sheet.pictures();
    }
}
