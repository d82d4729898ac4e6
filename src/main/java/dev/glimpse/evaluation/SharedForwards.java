package dev.glimpse.evaluation;

import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.JumpBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/*
 * A library's solver calls the right-hand side when it likes, on its own stack. So that many solvers share forwards,
 * each runs on a thread of its own and parks at its question; once every solver that still runs is parked, the thread
 * that owns the model answers all of them in one forward. No two threads ever compute at once. What a row is answered
 * does not depend on the other rows, so each solver's steps, and its result, are those it would have alone.
 */
/**
 * The meeting point of solvers whose right-hand sides are answered by one model in common forwards.
 *
 * <p>Confined to the thread that loaded the model, apart from {@link #stop}.
 */
final class SharedForwards implements AutoCloseable {
    /**
     * PyTorch's CPU kernels give every row the same bits at multiples of this size, up to the largest; the last row of
     * other sizes has bits of its own.
     */
    static final int MIN_ROWS = 4;

    static final int MAX_ROWS = 12;

    private final DifferentiableDenoiser model;
    private final ExecutorService threads;
    private volatile boolean stopped;

    SharedForwards(DifferentiableDenoiser model) {
        this.model = model;
        AtomicInteger number = new AtomicInteger();
        this.threads =
                Executors.newFixedThreadPool(MAX_ROWS, task -> new Thread(task, "solver-" + number.getAndIncrement()));
    }

    /** What a solver is to do, on its own thread. */
    @FunctionalInterface
    interface Task<R> {
        R run(Denoiser denoiser);
    }

    /** The way of a solver to the model; waits until the common forward is done. */
    @FunctionalInterface
    interface Denoiser {
        Answer ask(Question question);
    }

    /**
     * One row of a forward.
     *
     * @param x state, D values
     * @param sigma time
     * @param label class index, or -1 for none
     * @param probes vectors v of D values, equally many in every question of a run
     */
    record Question(float[] x, double sigma, int label, float[][] probes) {}

    /**
     * What the model says of a row.
     *
     * @param g denoised state
     * @param products J^T v for each probe v
     */
    record Answer(float[] g, float[][] products) {}

    /** What a solver tells the model's thread: that it asks, or that it has ended. */
    private sealed interface Event<R> {
        record Asked<R>(int solver, Question question, CompletableFuture<Answer> answer) implements Event<R> {}

        record Ended<R>(
                int solver, @Nullable R result, @Nullable Throwable failure) implements Event<R> {}
    }

    /**
     * Runs some solvers to their end.
     *
     * @param tasks at most {@link #MAX_ROWS}
     * @param answered told after each forward how many solvers it answered
     * @return their results in order; empty if {@link #stop} or the thread's interruption came first
     * @throws RuntimeException the first failure of a solver or of the model
     */
    <R> List<R> run(List<Task<R>> tasks, IntConsumer answered) {
        BlockingQueue<Event<R>> events = new LinkedBlockingQueue<>();
        for (int i = 0; i < tasks.size(); i++) {
            int solver = i;
            Task<R> task = tasks.get(i);
            threads.execute(() -> events.add(ended(solver, task, events)));
        }
        Map<Integer, R> results = new TreeMap<>();
        Map<Integer, Event.Asked<R>> waiting = new TreeMap<>();
        @Nullable Throwable failure = null;
        int running = tasks.size();
        while (running > 0) {
            Event<R> event = take(events);
            if (event instanceof Event.Asked<R> asked) {
                waiting.put(asked.solver(), asked);
            } else if (event instanceof Event.Ended<R> ended) {
                running--;
                if (ended.result() != null) {
                    results.put(ended.solver(), ended.result());
                } else if (failure == null) {
                    failure = ended.failure();
                }
            }
            if (running > 0 && waiting.size() == running) {
                answer(List.copyOf(waiting.values()), failure);
                waiting.clear();
                answered.accept(running);
            }
        }
        return stopped ? List.of() : results(results, failure);
    }

    private static <R> List<R> results(Map<Integer, R> results, @Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
        return List.copyOf(results.values());
    }

    /** The body of a solver's thread. */
    private static <R> Event<R> ended(int solver, Task<R> task, BlockingQueue<Event<R>> events) {
        try {
            R result = task.run(question -> {
                CompletableFuture<Answer> answer = new CompletableFuture<>();
                events.add(new Event.Asked<>(solver, question, answer));
                return answer.join();
            });
            return new Event.Ended<>(solver, result, null);
        } catch (CompletionException e) {
            return new Event.Ended<>(solver, null, e.getCause());
        } catch (RuntimeException | Error e) {
            return new Event.Ended<>(solver, null, e);
        }
    }

    /** The next event, also of an interrupted thread: its solvers end at their next question, which it waits for. */
    private <R> Event<R> take(BlockingQueue<Event<R>> events) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return events.take();
                } catch (InterruptedException e) {
                    interrupted = true;
                    stopped = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <R> void answer(List<Event.Asked<R>> asked, @Nullable Throwable failure) {
        if (stopped || failure != null) {
            asked.forEach(a -> a.answer().completeExceptionally(new CancellationException("stopped")));
            return;
        }
        try {
            List<Answer> answers =
                    forward(asked.stream().map(Event.Asked::question).toList());
            for (int i = 0; i < answers.size(); i++) {
                asked.get(i).answer().complete(answers.get(i));
            }
        } catch (RuntimeException | Error e) {
            asked.forEach(a -> a.answer().completeExceptionally(e));
        }
    }

    private List<Answer> forward(List<Question> questions) {
        int rows = (questions.size() + MIN_ROWS - 1) / MIN_ROWS * MIN_ROWS;
        int dimension = model.spec().dimension();
        int probes = questions.get(0).probes().length;
        float[] x = new float[rows * dimension];
        float[] times = new float[rows];
        int[] labels = new int[rows];
        float[] v = new float[probes * rows * dimension];
        for (int row = 0; row < rows; row++) {
            // Rows that only fill the forward repeat the first.
            Question question = questions.get(row < questions.size() ? row : 0);
            System.arraycopy(question.x(), 0, x, row * dimension, dimension);
            times[row] = (float) question.sigma();
            labels[row] = question.label();
            for (int k = 0; k < probes; k++) {
                System.arraycopy(question.probes()[k], 0, v, (k * rows + row) * dimension, dimension);
            }
        }
        float[] g = new float[x.length];
        float[] products = new float[v.length];
        model.denoise(new JumpBatch(rows, x, times, times, labels), v, g, products);
        List<Answer> answers = new ArrayList<>();
        for (int row = 0; row < questions.size(); row++) {
            float[][] own = new float[probes][];
            for (int k = 0; k < probes; k++) {
                own[k] = row(products, k * rows + row, dimension);
            }
            answers.add(new Answer(row(g, row, dimension), own));
        }
        return answers;
    }

    private static float[] row(float[] all, int row, int dimension) {
        return Arrays.copyOfRange(all, row * dimension, (row + 1) * dimension);
    }

    /** Lets {@link #run} end soon and without results, now and from now on. Any thread. */
    void stop() {
        stopped = true;
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
