package dev.glimpse.generation;

import dev.glimpse.model.ModelSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the newest requests of a session were made, by request id. Pictures that edits began with are kept with them, and
 * bounded by their bytes; a request and its refinements share theirs. Confined to the session's context.
 */
final class KeptRecipes {
    private final SessionSettings settings;
    private final Map<String, Made> made = new LinkedHashMap<>();

    KeptRecipes(SessionSettings settings) {
        this.settings = settings;
    }

    /**
     * What a request was made by; a version may be published again, and its states are then of no use.
     *
     * @param spec of the model as it was then
     */
    record Made(Recipe recipe, ModelSpec spec, ResumeTokens.Issuer issuer) {
        /** Whether it holds these very pictures, and not others that only look the same. */
        private boolean holds(EditRequest edit) {
            return recipe.request().edit().filter(own -> own == edit).isPresent();
        }
    }

    Optional<Made> find(String requestId) {
        return Optional.ofNullable(made.get(requestId));
    }

    void keep(String requestId, Made newest) {
        made.put(requestId, newest);
        if (made.size() > settings.maxRequests()) {
            Iterator<Made> oldest = made.values().iterator();
            oldest.next();
            oldest.remove();
        }
        List<EditRequest> edits = editsByLastUse();
        long bytes = edits.stream().mapToLong(EditRequest::bytes).sum();
        // What holds no pictures would make no room.
        for (int i = 0; bytes > settings.maxStateBytes() && i < edits.size() - 1; i++) {
            EditRequest forgotten = edits.get(i);
            made.values().removeIf(kept -> kept.holds(forgotten));
            bytes -= forgotten.bytes();
        }
    }

    /** Every edit that takes memory once, the one that was used last at the end. */
    private List<EditRequest> editsByLastUse() {
        List<EditRequest> edits = new ArrayList<>();
        for (Made kept : made.values()) {
            kept.recipe().request().edit().filter(edit -> edit.bytes() > 0).ifPresent(edit -> {
                edits.removeIf(before -> before == edit);
                edits.add(edit);
            });
        }
        return edits;
    }

    /** Forgets all. */
    void clear() {
        made.clear();
    }
}
