package dev.glimpse.generation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The requests for likelihoods that have not begun: by rank, then whose tenant has been given least for its weight,
 * then in the order of arrival. Confined to the dispatcher's context.
 */
final class ScoringQueue {
    private final List<ScoringJob> waiting = new ArrayList<>();

    /** Network evaluations, for its weight, that each tenant was given since nobody had any. */
    private final Map<String, Double> given = new HashMap<>();

    /** Of equal ones the first to come stays ahead. */
    private final Comparator<Client> order =
            Comparator.comparing(Client::rank).thenComparingDouble(client -> given.getOrDefault(client.tenant(), 0.0));

    void add(ScoringJob job) {
        waiting.add(job);
    }

    /** Whether it waited until now. */
    boolean remove(ScoringJob job) {
        return waiting.remove(job);
    }

    int size() {
        return waiting.size();
    }

    Stream<ScoringJob> jobs() {
        return waiting.stream();
    }

    /** Those that would begin before one that came now, if no other came. */
    int ahead(Client client) {
        return (int) waiting.stream()
                .filter(job -> order.compare(job.client(), client) <= 0)
                .count();
    }

    /** Takes out the one to begin next. */
    Optional<ScoringJob> take() {
        Optional<ScoringJob> next = waiting.stream().min(Comparator.comparing(ScoringJob::client, order));
        next.ifPresent(waiting::remove);
        return next;
    }

    /** Counts what the tenant of a request that has ended was given. */
    void gave(ScoringJob job) {
        given.merge(job.client().tenant(), job.nfe() / job.client().weight(), Double::sum);
    }

    /** Nobody has anything: what was given before does not count any more. */
    void forget() {
        given.clear();
    }
}
