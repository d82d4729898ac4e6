package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.model.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The critics of all feature networks, as one shard asks them.
 *
 * <p>As in the official code, real pictures are those of the data rather than the teacher's, the critics are not told
 * the class, and all their verdicts count alike. Its option of times drawn for the critics alone changes nothing there,
 * and is left out here; its random projections differ from process to process and after a resume, while these follow
 * from the seed.
 *
 * <p>Where pictures are augmented, each network sees them changed in its own way, real ones differently from drawn
 * ones. Confined to one thread.
 */
final class Critics implements AutoCloseable {
    private final TrainingOps ops;
    private final Goal.Sight sight;
    private final List<FrozenNetwork> networks = new ArrayList<>();
    private final List<CriticNetwork> definitions = new ArrayList<>();
    private final List<EmittedOps> modules = new ArrayList<>();

    Critics(List<Path> features, Goal.Adversarial goal, ModelSpec spec, TrainingOps ops, Device device) {
        this.ops = ops;
        this.sight = goal.sight();
        Shape picture = sight.resize() == 0
                ? new Shape(1, spec.channels(), spec.height(), spec.width())
                : new Shape(1, spec.channels(), sight.resize(), sight.resize());
        for (Path file : features) {
            FrozenNetwork network = FrozenNetwork.load(file, device);
            networks.add(network);
            CriticNetwork definition = new CriticNetwork(network.maps(picture), goal.width());
            definitions.add(definition);
            modules.add(new EmittedOps(definition.source(), device));
        }
    }

    /** The definitions, one for each feature network. */
    List<CriticNetwork> definitions() {
        return List.copyOf(definitions);
    }

    /** The module of feature network {@code index}. */
    EmittedOps module(int index) {
        return modules.get(index);
    }

    /** The generator's loss: -mean of all logits of the estimate. */
    NDArray persuade(Rows rows, NDArray estimate, List<CriticTensors> tensors) {
        List<NDArray> losses = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            NDArray logits = logits(rows, estimate, i, 2 * i, tensors.get(i));
            losses.add(modules.get(i).call(rows.manager(), "persuade", EmittedOps.tensor(logits)));
        }
        return average(rows, losses);
    }

    /** The critics' loss: mean relu(1 - real) + mean relu(1 + drawn) over all logits. */
    NDArray hinge(Rows rows, NDArray drawn, List<CriticTensors> tensors) {
        List<NDArray> losses = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            NDArray fake = logits(rows, drawn, i, 2 * i, tensors.get(i));
            NDArray real = logits(rows, rows.clean(), i, 2 * i + 1, tensors.get(i));
            losses.add(modules.get(i).call(rows.manager(), "hinge", EmittedOps.tensor(real), EmittedOps.tensor(fake)));
        }
        return average(rows, losses);
    }

    private NDArray average(Rows rows, List<NDArray> losses) {
        return ops.call(rows.manager(), "average_of", TrainingOps.list(losses.toArray(NDArray[]::new)));
    }

    private NDArray logits(Rows rows, NDArray pictures, int index, int call, CriticTensors tensors) {
        NDArray seen = sight.augment() ? augmented(rows, pictures, call) : pictures;
        NDArray[] maps = networks.get(index).features(rows.manager(), ops.resize(rows.manager(), seen, sight.resize()));
        return modules.get(index)
                .call(
                        rows.manager(),
                        "logits",
                        EmittedOps.list(tensors.weights()),
                        EmittedOps.list(tensors.projections()),
                        EmittedOps.list(tensors.u()),
                        EmittedOps.list(tensors.v()),
                        EmittedOps.list(maps));
    }

    private NDArray augmented(Rows rows, NDArray pictures, int call) {
        Draw.Origin origin = rows.draw().origin();
        int side = Math.toIntExact(pictures.getShape().get(2));
        return Augmentation.draw(origin.seed(), origin.step(), origin.row(), rows.count(), side, call)
                .apply(ops, rows, pictures);
    }

    @Override
    public void close() {
        modules.forEach(EmittedOps::close);
        networks.forEach(FrozenNetwork::close);
    }
}
