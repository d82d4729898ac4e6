package dev.glimpse.cli;

import dev.glimpse.evaluation.EvenSpread;
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
    static WorkShare shard(String text, SampleBlocks blocks) {
        WorkShare shard = WorkShare.parse(text);
        WrongInputException.require(
                shard.parts() <= blocks.count(),
                "--shard",
                text,
                "at most as many parts as blocks of " + blocks.first(1) + " samples, " + blocks.count());
        return shard;
    }

    Path file() {
        return out.resolve(fileName(share));
    }

    /**
     * Goes on from the file where there is one, and leaves it behind either way; a whole run leaves its sheet as well.
     */
    StatisticsFile gather(EvaluationWorkers workers, PrintWriter err) throws IOException {
        SampleBlocks blocks = run.blocks();
        int begin = share.from(blocks.count());
        int end = share.to(blocks.count());
        State state = start(workers.first().scope(run, kept), blocks.first(begin));
        int goOn = blocks.from(state.from + state.done);
        int saveEvery = Math.max(1, (end - begin) / SAVES);
        ProgressBar progress = ProgressBar.of(err, "blocks of samples", end - goOn);
        progress.show(0);
        int[] next = {goOn};
        try {
            workers.run(goOn, end, EvaluationWorker::draw, block -> {
                state.add(block);
                progress.show(++next[0] - goOn);
                if ((next[0] - begin) % saveEvery == 0) {
                    save(state);
                }
            });
        } catch (RuntimeException | Error e) {
            progress.end();
            saveRest(state, next[0] > goOn, e);
            throw e;
        }
        progress.end();
        save(state);
        return state.file();
    }

    /** The blocks before one that failed are worth keeping, as an evaluation goes on behind them. */
    private void saveRest(State state, boolean any, Throwable failure) {
        if (any && !state.halfAdded) {
            try {
                save(state);
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private State start(SampleScope scope, int from) {
        if (!Files.exists(file())) {
            List<SampleStatistics> settings = new ArrayList<>();
            run.plans().forEach(plan -> settings.add(new SampleStatistics(scope)));
            return new State(scope, from, 0, settings, List.of());
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

        /** Whether some settings have a block that others lack: numbers that nobody should go on from. */
        private boolean halfAdded;

        State(SampleScope scope, int from, int done, List<SampleStatistics> settings, List<float[]> sheet) {
            this.scope = scope;
            this.from = from;
            this.done = done;
            this.settings = settings;
            this.sheet = sheet;
        }

        void add(EvaluationWorker.Block block) {
            halfAdded = true;
            for (int i = 0; i < settings.size(); i++) {
                SampleStatistics setting = settings.get(i);
                SampleStatistics.Block looks = new SampleStatistics.Block(
                        block.from(), block.labels(), block.features().get(i));
                if (run.rejection().isPresent()) {
                    setting.add(looks, new EvenSpread(scope.kept(), scope.count()));
                } else {
                    setting.add(looks);
                }
                int compared = Math.max(
                                0, Math.min(block.labels().length, run.teacher().count() - block.from()))
                        * run.spec().dimension();
                setting.compare(
                        Arrays.copyOf(block.pixels().get(i), compared), Arrays.copyOf(block.target(), compared));
            }
            done += block.labels().length;
            if (EvaluationSheet.wants(run, block.from())) {
                sheet = drawSheet(block, sheet);
            }
            halfAdded = false;
        }

        StatisticsFile file() {
            return new StatisticsFile(run.description(), scope, from, done, settings, sheet);
        }
    }

    private List<float[]> drawSheet(EvaluationWorker.Block block, List<float[]> before) {
        EvaluationSheet sheet = EvaluationSheet.of(run, block, before);
        try {
            // Shards may write to one directory at the same time, and --merge joins what they keep.
            if (share.parts() == 1) {
                sheet.write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(out + ": the sheet of samples cannot be written", e);
        }
        return sheet.pictures();
    }
}
