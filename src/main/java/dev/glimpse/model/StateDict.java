package dev.glimpse.model;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A dict of tensors within a checkpoint of PyTorch.
 *
 * @param path keys that lead to it from the outside, joined by dots; empty for the outermost value
 * @param tensors by name
 */
record StateDict(String path, Map<String, TorchTensor> tensors) {
    private static final String AVERAGE = "ema";

    /**
     * The one to take: the only one, or the one that was asked for, or else the moving average. A dict that has several
     * names is asked for by any of them.
     *
     * @throws IllegalArgumentException if there is none, or the choice is open; the message tells the choices
     */
    static StateDict choose(Object root, Optional<String> wanted) {
        List<StateDictSearch.Place> found = StateDictSearch.all(root);
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no state dict in it (expected: a dict whose values are tensors)");
        }
        String path = wanted.orElse(AVERAGE);
        Optional<StateDictSearch.Place> named =
                found.stream().filter(place -> place.path().equals(path)).findFirst();
        if (named.isEmpty() && (wanted.isPresent() || !isOne(found))) {
            throw new IllegalArgumentException("entry: " + wanted.orElse("none chosen of several")
                    + " (expected: one of "
                    + found.stream().map(StateDictSearch.Place::path).sorted().collect(Collectors.joining(", ")) + ")");
        }
        return of(named.orElseGet(() -> found.stream()
                .min(Comparator.comparingInt(StateDictSearch.Place::depth))
                .orElseThrow()));
    }

    private static boolean isOne(List<StateDictSearch.Place> found) {
        return found.stream().allMatch(place -> place.dict() == found.get(0).dict());
    }

    private static StateDict of(StateDictSearch.Place place) {
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        place.dict().forEach((name, tensor) -> tensors.put((String) name, (TorchTensor) tensor));
        return new StateDict(place.path(), tensors);
    }
}
