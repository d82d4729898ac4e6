package dev.glimpse.cli;

import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.DeviceChoice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Threads that each hold networks of their own and take turns, so that results come back in order and do not depend on
 * how many threads there are.
 */
final class EvaluationWorkers implements AutoCloseable {
    /** Blocks that wait in each thread's queue: enough that none runs dry while results are gathered. */
    private static final int AHEAD = 2;

    private final List<ExecutorService> threads = new ArrayList<>();
    private final List<EvaluationWorker> workers = new ArrayList<>();
    private volatile boolean stopped;

    /** @param maker called on each thread with its number, from 0 */
    EvaluationWorkers(IntFunction<EvaluationWorker> maker, int count) {
        try {
            for (int i = 0; i < count; i++) {
                int number = i;
                ExecutorService thread =
                        Executors.newSingleThreadExecutor(task -> new Thread(task, "evaluation-" + number));
                threads.add(thread);
                workers.add(await(thread.submit(() -> maker.apply(number))));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Workers on devices in turns.
     *
     * @param threads how many; absent: one per core, or one per GPU
     */
    static EvaluationWorkers on(
            List<ComputeDevice> devices, @Nullable Integer threads, Function<ComputeDevice, EvaluationWorker> maker) {
        int cores = Runtime.getRuntime().availableProcessors();
        int count = threads != null
                ? threads
                : DeviceChoice.workers(devices, 0, cores).size();
        return new EvaluationWorkers(thread -> maker.apply(devices.get(thread % devices.size())), count);
    }

    EvaluationWorker first() {
        return workers.get(0);
    }

    /** A part of the work, on a worker's thread. */
    @FunctionalInterface
    interface Task<T> {
        T run(EvaluationWorker worker, int block);
    }

    /** Runs blocks {@code from} to {@code to} and hands each result over in order, until it is told to stop. */
    <T> void run(int from, int to, Task<T> task, Consumer<T> consumer) {
        Queue<Future<Optional<T>>> pending = new ArrayDeque<>();
        int next = from;
        boolean cut = false;
        while (!pending.isEmpty() || (next < to && !stopped)) {
            while (next < to && !stopped && pending.size() < AHEAD * workers.size()) {
                int block = next++;
                EvaluationWorker worker = workers.get(block % workers.size());
                pending.add(threads.get(block % threads.size())
                        .submit(() -> stopped ? Optional.empty() : Optional.of(task.run(worker, block))));
            }
            Optional<T> result = await(pending.remove());
            // Behind one that was not begun, others may have been on other threads; results go on without a gap.
            cut |= result.isEmpty();
            if (!cut) {
                consumer.accept(result.get());
            }
        }
    }

    /** Lets {@link #run} return after the blocks that are under way. Any thread. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a block was under way", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof OutOfMemoryError cause) {
                // Memory that is too little is told in words of its own.
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        // After a failure nobody waits for the blocks that have not begun.
        stop();
        for (int i = 0; i < workers.size(); i++) {
            await(threads.get(i).submit(workers.get(i)::close));
        }
        threads.forEach(ExecutorService::shutdown);
    }
}
