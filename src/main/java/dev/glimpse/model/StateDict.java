package dev.glimpse.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A dict of tensors within a checkpoint of PyTorch.
 *
 * @param path keys that lead to it from the outside, joined by dots; empty for the outermost value
 * @param tensors by name
 */
record StateDict(String path, Map<String, TorchTensor> tensors) {
    /** Deeper than any training script nests its dicts. */
    private static final int MAX_DEPTH = 4;

    private static final String AVERAGE = "ema";

    private record Place(String path, int depth, Map<?, ?> dict) {}

    /**
     * The one to take: the only one, or the one that was asked for, or else the moving average.
     *
     * @throws IllegalArgumentException if there is none, or the choice is open; the message tells the choices
     */
    static StateDict choose(Object root, Optional<String> wanted) {
        List<StateDict> found = all(root);
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no state dict in it (expected: a dict whose values are tensors)");
        }
        String choices = found.stream().map(StateDict::path).sorted().collect(Collectors.joining(", "));
        if (wanted.isPresent()) {
            return found.stream()
                    .filter(dict -> dict.path().equals(wanted.get()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "entry: " + wanted.get() + " (expected: one of " + choices + ")"));
        }
        if (found.size() == 1) {
            return found.get(0);
        }
        return found.stream()
                .filter(dict -> dict.path().equals(AVERAGE))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "entry: none chosen of several (expected: one of " + choices + ")"));
    }

    private static List<StateDict> all(Object root) {
        List<StateDict> found = new ArrayList<>();
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Place> waiting = new ArrayDeque<>();
        if (root instanceof Map<?, ?> dict) {
            waiting.add(new Place("", 0, dict));
        }
        while (!waiting.isEmpty()) {
            Place place = waiting.remove();
            if (!seen.add(place.dict())) {
                continue;
            }
            if (isStateDict(place.dict())) {
                Map<String, TorchTensor> tensors = new LinkedHashMap<>();
                place.dict().forEach((name, tensor) -> tensors.put((String) name, (TorchTensor) tensor));
                found.add(new StateDict(place.path(), tensors));
            } else if (place.depth() < MAX_DEPTH) {
                place.dict().forEach((key, value) -> {
                    if (value instanceof Map<?, ?> inner) {
                        String path = place.path().isEmpty() ? "" + key : place.path() + "." + key;
                        waiting.add(new Place(path, place.depth() + 1, inner));
                    }
                });
            }
        }
        return found;
    }

    /** Nothing but tensors, and at least one weight: an optimiser keeps dicts of tensors too. */
    private static boolean isStateDict(Map<?, ?> dict) {
        return dict.values().stream().allMatch(TorchTensor.class::isInstance)
                && dict.keySet().stream().allMatch(String.class::isInstance)
                && dict.keySet().stream().anyMatch(name -> ((String) name).endsWith(".weight"));
    }
}
