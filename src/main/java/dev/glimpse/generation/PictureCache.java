package dev.glimpse.generation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.Optional;

/** The frames of finished requests by recipe, the most useful ones within a bound of bytes. */
final class PictureCache {
    private final Cache<Recipe, List<Frame>> frames;
    private final boolean off;

    /** @param maxBytes of its pictures, and of those that edits began with; 0 keeps nothing */
    PictureCache(long maxBytes) {
        off = maxBytes == 0;
        frames = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher(PictureCache::weight)
                .executor(Runnable::run)
                .build();
    }

    /** The newest frames of each sample, the final ones among them. */
    Optional<List<Frame>> find(Recipe recipe) {
        return Optional.ofNullable(frames.getIfPresent(recipe));
    }

    void keep(Recipe recipe, List<Frame> finished) {
        if (!off) {
            frames.put(recipe, finished);
        }
    }

    /** Weighs what it keeps of a request again, whose readers have been there: encoded, frames mostly take less. */
    void weighAgain(Recipe recipe, List<Frame> finished) {
        if (!off && !finished.isEmpty()) {
            frames.asMap().replace(recipe, finished, finished);
        }
    }

    /** Forgets what a model version made. */
    void forget(String name, String version) {
        frames.asMap()
                .keySet()
                .removeIf(recipe -> recipe.request().model().equals(name)
                        && recipe.request().version().equals(version));
    }

    private static int weight(Recipe recipe, List<Frame> finished) {
        return Math.toIntExact(recipe.request().editBytes()
                + finished.stream().mapToLong(frame -> frame.picture().bytes()).sum());
    }
}
