package dev.glimpse.scheduler;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * Decides whom a free device serves next, where several share the devices: the lanes of models, and their likelihoods.
 *
 * <p>By virtual counters, as tenants are served: the member that has had least device time for its weight goes first,
 * and one that comes back from having nothing to do starts level with those that had. Not thread-safe.
 */
public final class DeviceShare {
    private final Map<String, Member> members = new HashMap<>();

    /** The least counter among those that had something to do, when last anybody had. */
    private double level;

    private static final class Member {
        final DoubleSupplier weights;
        double counter;
        boolean present;

        Member(DoubleSupplier weights) {
            this.weights = weights;
        }

        double weight() {
            double weight = weights.getAsDouble();
            boolean counts = weight > 0 && weight < Double.POSITIVE_INFINITY;
            SchedulerSettings.require(counts, "weight", weight, "more than 0");
            return weight;
        }
    }

    /**
     * Lets a member take part.
     *
     * @param weight its share beside the others, more than 0; asked for whenever it counts, as it may change
     */
    public void add(String id, DoubleSupplier weight) {
        if (members.putIfAbsent(id, new Member(weight)) != null) {
            throw new IllegalArgumentException("member: " + id + " (expected: one that does not take part yet)");
        }
    }

    /** Lets a member take part no more. */
    public void remove(String id) {
        level = least();
        members.remove(id);
    }

    /**
     * The member to serve next.
     *
     * @param waiting members that have a step for the device
     * @return empty when no member has
     */
    public Optional<String> next(Collection<String> waiting) {
        for (String id : waiting) {
            Member member = member(id);
            if (!member.present) {
                member.counter = Math.max(member.counter, least());
                member.present = true;
            }
        }
        return waiting.stream()
                .min(Comparator.comparingDouble((String id) -> member(id).counter)
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** A member has no job any more, neither waiting nor in flight: what it missed from now on is not made good. */
    public void rest(String id) {
        Member member = member(id);
        if (member.present) {
            level = least();
            member.present = false;
        }
    }

    /**
     * The share of the devices' time that a member gets if it wants all it can get: its part by weights, and what the
     * others leave of theirs.
     *
     * @param wanted by the other members, as shares of all time; those that are absent want nothing
     */
    public double share(String id, Map<String, Double> wanted) {
        Member member = member(id);
        double own = member.weight();
        double weights = own;
        Map<String, Double> others = new HashMap<>();
        for (Map.Entry<String, Double> other : wanted.entrySet()) {
            if (!other.getKey().equals(id) && other.getValue() > 0) {
                weights += member(other.getKey()).weight();
                others.put(other.getKey(), other.getValue());
            }
        }
        double left = 1;
        List<String> modestFirst = others.keySet().stream()
                .sorted(Comparator.comparingDouble((String other) ->
                                others.get(other) / member(other).weight())
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        for (String other : modestFirst) {
            double weight = member(other).weight();
            if (others.get(other) > left * weight / weights) {
                break;
            }
            left -= others.get(other);
            weights -= weight;
        }
        return Math.min(1, left * own / weights);
    }

    private double least() {
        return members.values().stream()
                .filter(member -> member.present)
                .mapToDouble(member -> member.counter)
                .min()
                .orElse(level);
    }

    /** Counts device time that a member was given. */
    public void charge(String id, long deviceNanos) {
        Member member = member(id);
        member.counter += deviceNanos / member.weight();
    }

    private Member member(String id) {
        Member member = members.get(id);
        if (member == null) {
            throw new IllegalArgumentException("member: " + id + " (expected: one that takes part)");
        }
        return member;
    }
}
