package dev.glimpse.cli;

import dev.glimpse.config.Settings;
import dev.glimpse.generation.ModelSource;
import dev.glimpse.math.Step;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.DeviceChoice;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.sampling.StepExecutor;
import dev.glimpse.sampling.StepRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server evaluates networks on: either CPU threads, or GPUs with one worker each.
 *
 * @param workers the device of each worker, all of one kind; at least one
 * @param minRows rows that the smallest forward is padded to
 * @param maxRows most rows of a forward that others may share
 * @param freeRows most rows of a forward whose pictures need not have the same bits in any company
 */
record ServerDevices(List<ComputeDevice> workers, int minRows, int maxRows, int freeRows) {
    private static final Logger LOG = LoggerFactory.getLogger(ServerDevices.class);

    ServerDevices {
        workers = List.copyOf(workers);
    }

    /** What the settings mean on this machine. */
    static ServerDevices find(Settings settings) {
        return find(settings, DeviceChoice.ofThisMachine());
    }

    /** What the settings mean on any machine. */
    static ServerDevices find(Settings settings, DeviceChoice choice) {
        List<ComputeDevice> found = choice.of("devices.kind", settings.devices().kind(), warning -> LOG.warn(warning));
        ServerDevices devices = of(settings, found);
        if (devices.onGpus()) {
            devices.tell();
        }
        return devices;
    }

    private void tell() {
        LOG.info("evaluates on {}", String.join(", ", names()));
        Tf32.warn(workers.get(0));
        if (minRows != maxRows) {
            LOG.info("GPU kernels are chosen by size, so a picture's last bits may depend on its company, unless"
                    + " scheduler.min-rows and scheduler.max-rows are devices.gpu-max-rows");
        }
    }

    /** What the settings mean on the CPU. */
    static ServerDevices cpu(Settings settings) {
        return of(settings, List.of(ComputeDevice.cpu()));
    }

    /** What the settings mean where these are found. */
    static ServerDevices of(Settings settings, List<ComputeDevice> found) {
        List<ComputeDevice> workers = DeviceChoice.workers(
                found, settings.devices().workers(), Runtime.getRuntime().availableProcessors());
        int minRows = settings.scheduler().minRows();
        int maxRows = maxRows(settings, workers.get(0).isGpu());
        return new ServerDevices(workers, minRows, maxRows, settings.scheduler().freeRows());
    }

    /** Most rows of a forward that others may share, on GPUs or on the CPU. */
    static int maxRows(Settings settings, boolean onGpus) {
        return onGpus
                ? gpuRows(settings.devices().gpuMaxRows(), settings.scheduler().minRows())
                : settings.scheduler().maxRows();
    }

    /** The largest forward that padding leaves within what was asked for; a larger one would never be run. */
    private static int gpuRows(int most, int minRows) {
        return most - most % minRows;
    }

    boolean onGpus() {
        return workers.get(0).isGpu();
    }

    /** What a worker runs on: "cpu" or "gpu". */
    String kind() {
        return workers.get(0).kind().label();
    }

    /** GPUs by worker; none on the CPU, whose workers have no names of their own. */
    List<String> names() {
        return onGpus() ? workers.stream().map(ComputeDevice::label).toList() : List.of();
    }

    /** Loads a model for a worker onto that worker's device. */
    ModelSource.Loader loader(ModelDirectory directory) {
        return worker -> {
            CtmModel model = directory.load(workers.get(worker));
            try {
                warmUp(model);
            } catch (RuntimeException | Error e) {
                model.close();
                throw e;
            }
            return model;
        };
    }

    /** One forward of each size before anyone waits for it; a CPU has nothing to prepare for a size. */
    void warmUp(CtmModel model) {
        if (!onGpus()) {
            return;
        }
        ModelSpec spec = model.spec();
        // From a time to itself, which every model takes, a denoiser too.
        Step step = new Step(spec.sigmaMax(), spec.sigmaMax(), spec.sigmaMax(), 0);
        int label = spec.labels().isEmpty() ? JumpBatch.NO_LABEL : 0;
        StepRequest row = new StepRequest(new float[spec.dimension()], new float[0], step, label, 0, 0, 0, false);
        for (int rows : sizes()) {
            new StepExecutor(model, 1).run(Collections.nCopies(rows, row));
        }
    }

    /**
     * Sizes of forwards that stand for all: GPU kernels are chosen by size, and their code and work space come with the
     * first use. The largest first, whose memory then serves all others.
     */
    List<Integer> sizes() {
        int largest = Math.max(maxRows, freeRows);
        List<Integer> sizes = new ArrayList<>(List.of(largest));
        for (int rows = Integer.highestOneBit(largest - 1); rows >= 1; rows /= 2) {
            sizes.add(rows);
        }
        if (maxRows != largest && !sizes.contains(maxRows)) {
            sizes.add(maxRows);
        }
        if (!sizes.contains(minRows)) {
            sizes.add(minRows);
        }
        return sizes;
    }
}
