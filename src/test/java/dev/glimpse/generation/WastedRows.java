package dev.glimpse.generation;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the network evaluations that a core made for clients who had left. */
public final class WastedRows implements GenerationListener {
    private final AtomicInteger rows = new AtomicInteger();

    @Override
    public void forward(Forward forward) {
        rows.addAndGet(forward.parts().stream()
                .filter(part -> !part.wanted())
                .mapToInt(Part::rows)
                .sum());
    }

    public int count() {
        return rows.get();
    }
}
