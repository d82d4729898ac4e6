package dev.glimpse.api.rpc;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code grpc-timeout} header, which says how long a client waits. */
final class GrpcTimeout {
    private static final Pattern FORMAT = Pattern.compile("([0-9]{1,8})([HMSmun])");
    private static final Map<String, Duration> UNITS = Map.of(
            "H", Duration.ofHours(1),
            "M", Duration.ofMinutes(1),
            "S", Duration.ofSeconds(1),
            "m", Duration.ofMillis(1),
            "u", Duration.ofNanos(1_000),
            "n", Duration.ofNanos(1));

    private GrpcTimeout() {}

    /**
     * The time a header grants; empty if there is none. 0 is a time that has passed already.
     *
     * @throws IllegalArgumentException if the header is not of the form that the gRPC protocol gives
     */
    static Optional<Duration> read(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher matcher = FORMAT.matcher(header);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "grpc-timeout: " + header + " (expected: 1 to 8 digits and one of H, M, S, m, u, n)");
        }
        return Optional.of(UNITS.get(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1))));
    }
}
