package dev.glimpse.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What will happen and when, earliest first; what was planned first goes first at the same time. */
final class Agenda {
    private final PriorityQueue<Item> items =
            new PriorityQueue<>(Comparator.comparingLong(Item::atNanos).thenComparingLong(Item::number));
    private long planned;

    /** Something to do at a time. */
    record Item(long atNanos, long number, Runnable action) {}

    void plan(long atNanos, Runnable action) {
        items.add(new Item(atNanos, planned++, action));
    }

    /** The time of the next item; the end of time when there is none. */
    long next() {
        Item item = items.peek();
        return item == null ? Long.MAX_VALUE : item.atNanos();
    }

    /** Takes the next item out. */
    @Nullable
    Item poll() {
        return items.poll();
    }
}
