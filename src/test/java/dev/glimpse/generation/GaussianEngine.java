package dev.glimpse.generation;

import dev.glimpse.model.CtmModel;
import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A device whose model is exact: class k is a Gaussian around (k + 1) / 10, whose trajectories have a closed form.
 *
 * <p>A test may hold forwards back and let them go one by one.
 */
public final class GaussianEngine implements ModelSource.Loader {
    static final double SIGMA_DATA = 0.5;
    static final ModelSpec SPEC =
            new ModelSpec(1, 2, 3, List.of("Shirt", "Coat", "Bag"), 0.002, 80, SIGMA_DATA, 7, true);

    /** Rows of every forward since the models were loaded, padding included. */
    final List<Integer> forwards = new CopyOnWriteArrayList<>();

    /** Vectors of every evaluation with derivatives since the models were loaded; those count as forwards, too. */
    final List<Integer> derivatives = new CopyOnWriteArrayList<>();

    /** Threads on which models were loaded, used and closed. */
    final Set<String> threads = ConcurrentHashMap.newKeySet();

    /** Indices of the workers that loaded models. */
    final Set<Integer> workers = ConcurrentHashMap.newKeySet();

    final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger loads = new AtomicInteger();
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore allowed = new Semaphore(0);
    private final Semaphore loadsBegun = new Semaphore(0);
    private final Semaphore loadsAllowed = new Semaphore(0);
    private volatile boolean loadsHeld;
    private volatile boolean held;
    private volatile long paceNanos;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger passes = new AtomicInteger();
    private final Semaphore back = new Semaphore(0);
    private volatile List<Integer> hanging = List.of();
    private volatile int failingLoad = -1;
    private volatile boolean loadsFail;
    private volatile String loadFailure = "the device does not answer\nat 0x7f00: native";
    private volatile boolean differentiable = true;

    /** From now on models have no derivatives. */
    void withoutDerivatives() {
        differentiable = false;
    }

    /** From now on a forward waits until it is let go. */
    void hold() {
        held = true;
    }

    /** From now on a load waits until it is let go. */
    public void holdLoads() {
        loadsHeld = true;
    }

    public void letLoadsGo(int count) {
        loadsAllowed.release(count);
    }

    /** Waits until that many further loads have begun since they were held. */
    public void awaitLoads(int count) throws InterruptedException {
        if (!loadsBegun.tryAcquire(count, 10, TimeUnit.SECONDS)) {
            throw new AssertionError("loads: " + loadsBegun.availablePermits() + " (expected: " + count + ")");
        }
    }

    /** Loads that have begun since they were held, and that nobody has waited for. */
    int furtherLoads() {
        return loadsBegun.availablePermits();
    }

    /** From now on a forward takes about so long, whatever its rows, and nobody's processor. */
    void pace(Duration forward) {
        paceNanos = forward.toNanos();
    }

    public void letGo(int count) {
        allowed.release(count);
    }

    public void letAllGo() {
        held = false;
        loadsHeld = false;
        loadsAllowed.release(1_000_000);
        allowed.release(1_000_000);
        comeBack();
    }

    /** That many forwards fail, beginning with the next one that ends. */
    public void fail(int forwards) {
        failures.set(forwards);
    }

    /** The forwards with these indices, 0 for the first, do not end. */
    public void hang(List<Integer> indices) {
        hanging = indices;
    }

    /** Those that hang end after all, and no others hang. */
    public void comeBack() {
        hanging = List.of();
        back.release(1_000_000);
    }

    /** How often a model was loaded. */
    int loads() {
        return loads.get();
    }

    /** The load with this index, 0 for the first, fails. */
    void failLoad(int index) {
        failingLoad = index;
    }

    /** Failures of loads are from now on told as those that come out of a network. */
    public void failLoadsInNetworks() {
        loadFailure = "The following operation failed in the TorchScript interpreter.\n"
                + "Traceback of TorchScript (most recent call last):\n"
                + "RuntimeError: the device does not answer\nat 0x7f00: native";
    }

    /** Whether the loads that end from now on fail. */
    public void failLoads(boolean fail) {
        loadsFail = fail;
    }

    /** Waits until that many further forwards have begun. */
    public void awaitForwards(int count) throws InterruptedException {
        if (!begun.tryAcquire(count, 10, TimeUnit.SECONDS)) {
            throw new AssertionError("forwards: " + begun.availablePermits() + " (expected: " + count + ")");
        }
    }

    /** Forwards that have begun since the models were loaded. */
    public int begun() {
        return forwards.size();
    }

    public ModelSource source(String name, String version) {
        return new ModelSource(name, version, SPEC, this);
    }

    @Override
    public CtmModel load(int worker) {
        threads.add(Thread.currentThread().getName());
        workers.add(worker);
        if (loads.getAndIncrement() == failingLoad) {
            throw new IllegalStateException("weights: model.safetensors (expected: a file)");
        }
        if (loadsHeld) {
            loadsBegun.release();
            loadsAllowed.acquireUninterruptibly();
        }
        if (loadsFail) {
            throw new IllegalStateException(loadFailure);
        }
        open.incrementAndGet();
        return new Model();
    }

    /** G(x, t, s) of class {@code label} for one value, along the probability flow of a Gaussian. */
    static double jump(double x, double t, double s, int label) {
        double mean = (label + 1) / 10.0;
        return mean + (x - mean) * Math.sqrt((SIGMA_DATA * SIGMA_DATA + s * s) / (SIGMA_DATA * SIGMA_DATA + t * t));
    }

    /** The g of that jump, from G = (s/t) x + (1 - s/t) g; at s = t the denoiser, which is its limit. */
    private static double denoised(double x, double t, double s, int label) {
        if (s == t) {
            double mean = (label + 1) / 10.0;
            return mean + SIGMA_DATA * SIGMA_DATA / (SIGMA_DATA * SIGMA_DATA + t * t) * (x - mean);
        }
        return (jump(x, t, s, label) - s / t * x) / (1 - s / t);
    }

    /** The denoiser, whose Jacobian is a multiple of the identity. */
    private final class Denoiser implements DifferentiableDenoiser {
        private final Model model;

        Denoiser(Model model) {
            this.model = model;
        }

        @Override
        public ModelSpec spec() {
            return SPEC;
        }

        @Override
        public void denoise(JumpBatch batch, float[] v, float[] g, float[] products) {
            int size = batch.rows() * SPEC.dimension();
            derivatives.add(v.length / size);
            model.denoise(batch, g);
            for (int i = 0; i < v.length; i++) {
                double t = batch.t()[i % size / SPEC.dimension()];
                products[i] = (float) (SIGMA_DATA * SIGMA_DATA / (SIGMA_DATA * SIGMA_DATA + t * t) * v[i]);
            }
        }

        @Override
        public void close() {
            threads.add(Thread.currentThread().getName());
        }
    }

    private final class Model implements CtmModel {
        private boolean warm;

        @Override
        public ModelSpec spec() {
            return SPEC;
        }

        @Override
        public void denoise(JumpBatch batch, float[] g) {
            threads.add(Thread.currentThread().getName());
            if (warm) {
                pass(batch.rows());
            }
            warm = true;
            for (int i = 0; i < batch.rows() * SPEC.dimension(); i++) {
                int row = i / SPEC.dimension();
                double t = batch.t()[row];
                double s = batch.s()[row];
                double x = batch.x()[i];
                g[i] = (float) denoised(x, t, s, batch.labels()[row]);
            }
        }

        @Override
        public Optional<DifferentiableDenoiser> differentiable() {
            return differentiable ? Optional.of(new Denoiser(this)) : Optional.empty();
        }

        private void pass(int rows) {
            forwards.add(rows);
            begun.release();
            if (hanging.contains(passes.getAndIncrement())) {
                back.acquireUninterruptibly();
            }
            LockSupport.parkNanos(paceNanos);
            if (held) {
                allowed.acquireUninterruptibly();
            }
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("the device is on fire");
            }
        }

        @Override
        public void close() {
            threads.add(Thread.currentThread().getName());
            open.decrementAndGet();
        }
    }
}
