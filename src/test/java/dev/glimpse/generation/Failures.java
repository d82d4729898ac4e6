package dev.glimpse.generation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One failure of every kind, for the tests of what doors and metrics make of them. */
public final class Failures {
    private static final List<Failure> ALL = List.of(
            new Failure.InvalidField("steps", "steps: 99 (expected: 1..64)"),
            new Failure.ModelNotFound("faces", List.of("shapes")),
            new Failure.Unsupported("likelihood", "no"),
            new Failure.Overloaded(Duration.ofMillis(1500)),
            new Failure.LimitReached("id", "full"),
            new Failure.QuotaExceeded("tenant", "quota", Optional.of(Duration.ofMillis(1500))),
            new Failure.DeadlineExceeded(),
            new Failure.Cancelled(),
            new Failure.ForeignToken("resume_token: of others"),
            new Failure.Unavailable("draining", Duration.ofMillis(1500)),
            new Failure.Internal("r-1"));

    private Failures() {}

    /**
     * What a mapping makes of each, by the failure's name.
     *
     * @throws AssertionError if a kind is missing here
     */
    public static <T> Map<String, T> all(Function<Failure, T> mapping) {
        Set<Class<?>> kinds = ALL.stream().map(Object::getClass).collect(Collectors.toSet());
        if (!kinds.equals(Set.of(Failure.class.getPermittedSubclasses()))) {
            throw new AssertionError("kinds of failure: " + kinds + " (expected: every one)");
        }
        Map<String, T> mapped = new TreeMap<>();
        ALL.forEach(failure -> mapped.put(failure.getClass().getSimpleName(), mapping.apply(failure)));
        return mapped;
    }
}
