package dev.glimpse.model;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A walk through all dicts of a checkpoint, by every way to those whose values are tensors.
 *
 * <p>A pickle can put one dict into any number of others, and into itself, so a small file may hold more ways than
 * could ever be walked. A dict with no state dict below it is walked once, unless it is met again less deep; of the
 * others each walk finds at least one more, and of those there may be few.
 */
final class StateDictSearch {
    /** Deeper than any training script nests its dicts. */
    private static final int MAX_DEPTH = 4;

    /** More than any training script keeps. */
    private static final int MAX_FOUND = 100;

    private final List<Place> found = new ArrayList<>();

    /** The least depth at which a dict was found to lead to none. */
    private final Map<Object, Integer> barren = new IdentityHashMap<>();

    private StateDictSearch() {}

    /**
     * A dict where one way leads to it. The text of the way is made when it is asked for, as there may be far more
     * places than texts fit in memory.
     *
     * @param parent null for the outermost dict
     * @param key of the dict in its parent
     * @param depth dicts around it
     */
    record Place(@Nullable Place parent, Object key, int depth, Map<?, ?> dict) {
        /** Keys that lead to it from the outside, joined by dots. */
        String path() {
            return parent == null || parent.parent == null ? key.toString() : parent.path() + "." + key;
        }
    }

    /**
     * All state dicts, one that has several names under each of them.
     *
     * @throws IllegalArgumentException if there are too many
     */
    static List<Place> all(Object root) {
        StateDictSearch search = new StateDictSearch();
        if (root instanceof Map<?, ?> dict) {
            search.visit(new Place(null, "", 0, dict));
        }
        return search.found;
    }

    private void visit(Place place) {
        Map<?, ?> dict = place.dict();
        if (barren.getOrDefault(dict, Integer.MAX_VALUE) <= place.depth()) {
            return;
        }
        int before = found.size();
        if (isStateDict(dict)) {
            found.add(place);
        } else if (place.depth() < MAX_DEPTH) {
            dict.forEach((key, value) -> {
                if (value instanceof Map<?, ?> inner) {
                    visit(new Place(place, key, place.depth() + 1, inner));
                }
            });
        }
        if (found.size() > MAX_FOUND) {
            throw new IllegalArgumentException(
                    "state dicts: more than " + MAX_FOUND + " (expected: at most " + MAX_FOUND + ")");
        }
        if (found.size() == before) {
            barren.put(dict, place.depth());
        }
    }

    /** Nothing but tensors, and at least one weight: an optimiser keeps dicts of tensors too. */
    private static boolean isStateDict(Map<?, ?> dict) {
        return dict.values().stream().allMatch(TorchTensor.class::isInstance)
                && dict.keySet().stream().allMatch(String.class::isInstance)
                && dict.keySet().stream().anyMatch(name -> ((String) name).endsWith(".weight"));
    }
}
