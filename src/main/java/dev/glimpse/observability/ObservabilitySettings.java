package dev.glimpse.observability;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What operators see of a server, and when it calls itself unwell.
 *
 * @param version of this program
 * @param traces where traces go
 * @param fullQueue share of its bound at which a queue makes the server unready, more than 0, at most 1
 * @param stuckAfter how long a forward may run before the server calls itself dead
 * @param devices names of the devices by index, such as "gpu:0"; none for the CPU, whose workers go by their index
 */
public record ObservabilitySettings(
        String version, Traces traces, double fullQueue, Duration stuckAfter, List<String> devices) {
    public ObservabilitySettings {
        devices = List.copyOf(devices);
    }

    /** What runs on the CPU. */
    public ObservabilitySettings(String version, Traces traces, double fullQueue, Duration stuckAfter) {
        this(version, traces, fullQueue, stuckAfter, List.of());
    }

    /** The name of a device. */
    String device(int index) {
        return index < devices.size() ? devices.get(index) : Integer.toString(index);
    }

    /**
     * Where traces go.
     *
     * @param endpoint OTLP over HTTP, such as http://localhost:4318/v1/traces; absent: no traces
     * @param share of the traces that are begun here which is recorded, 0..1
     */
    public record Traces(Optional<URI> endpoint, double share) {}
}
