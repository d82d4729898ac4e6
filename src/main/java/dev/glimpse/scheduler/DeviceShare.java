package dev.glimpse.scheduler;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which model's scheduler serves a free device next, where several models share devices.
 *
 * <p>By virtual counters, as tenants are served: the model that has had least device time for its weight goes first,
 * and one that comes back from having nothing to do starts level with those that had. Not thread-safe.
 */
public final class DeviceShare {
    private final Map<String, Model> models = new HashMap<>();

    /** The least counter among those that had something to do, when last anybody had. */
    private double level;

    private static final class Model {
        final double weight;
        double counter;
        boolean present;

        Model(double weight) {
            this.weight = weight;
        }
    }

    /** Lets a model take part; weight is its share beside the others, more than 0. */
    public void add(String modelId, double weight) {
        SchedulerSettings.require(weight > 0 && weight < Double.POSITIVE_INFINITY, "weight", weight, "more than 0");
        if (models.putIfAbsent(modelId, new Model(weight)) != null) {
            throw new IllegalArgumentException("model: " + modelId + " (expected: one that does not take part yet)");
        }
    }

    /** Lets a model take part no more. */
    public void remove(String modelId) {
        level = least();
        models.remove(modelId);
    }

    /**
     * The model to serve next.
     *
     * @param waiting models that have a step for the device
     * @return empty when no model has
     */
    public Optional<String> next(Collection<String> waiting) {
        for (String id : waiting) {
            Model model = model(id);
            if (!model.present) {
                model.counter = Math.max(model.counter, least());
                model.present = true;
            }
        }
        return waiting.stream()
                .min(Comparator.comparingDouble((String id) -> model(id).counter)
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** A model has no job any more, neither waiting nor in flight: what it missed from now on is not made good. */
    public void rest(String modelId) {
        Model model = model(modelId);
        if (model.present) {
            level = least();
            model.present = false;
        }
    }

    /**
     * The share of the devices' time that a model gets if it wants all it can get: its part by weights, and what the
     * others leave of theirs.
     *
     * @param wanted by the other models, as shares of all time; those that are absent want nothing
     */
    public double share(String modelId, Map<String, Double> wanted) {
        Model model = model(modelId);
        double weights = model.weight;
        Map<String, Double> others = new HashMap<>();
        for (Map.Entry<String, Double> other : wanted.entrySet()) {
            if (!other.getKey().equals(modelId) && other.getValue() > 0) {
                weights += model(other.getKey()).weight;
                others.put(other.getKey(), other.getValue());
            }
        }
        double left = 1;
        List<String> modestFirst = others.keySet().stream()
                .sorted(Comparator.comparingDouble((String id) -> others.get(id) / model(id).weight)
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        for (String id : modestFirst) {
            double weight = model(id).weight;
            if (others.get(id) > left * weight / weights) {
                break;
            }
            left -= others.get(id);
            weights -= weight;
        }
        return Math.min(1, left * model.weight / weights);
    }

    private double least() {
        return models.values().stream()
                .filter(model -> model.present)
                .mapToDouble(model -> model.counter)
                .min()
                .orElse(level);
    }

    /** Counts device time that a model was given. */
    public void charge(String modelId, long deviceNanos) {
        Model model = model(modelId);
        model.counter += deviceNanos / model.weight;
    }

    private Model model(String id) {
        Model model = models.get(id);
        if (model == null) {
            throw new IllegalArgumentException("model: " + id + " (expected: one that takes part)");
        }
        return model;
    }
}
