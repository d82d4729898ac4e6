package dev.glimpse.observability;

import java.util.List;

/**
 * The catalog of metrics: what a scrape of a server holds. Dashboards, alerts and scalers may name these and no others.
 *
 * <p>Labels take few values that the server or its operator chose: never an id, a tenant or anything that a client
 * sent.
 */
public enum Metric {
    QUEUE_REQUESTS(Kind.GAUGE, "glimpse_queue_requests", "Admitted requests whose first step has not begun", "rank"),
    QUEUE_NFE(
            Kind.GAUGE,
            "glimpse_queue_nfe",
            "Network evaluations that admitted requests may still need, those that run included",
            "rank"),
    ACTIVE_TRAJECTORIES(
            Kind.GAUGE, "glimpse_active_trajectories", "Pictures being refined: waiting for a step, or taking one"),
    STEP_BATCH_SIZE(
            Kind.HISTOGRAM,
            "glimpse_step_batch_size",
            "Rows of a forward before padding, and why it held no more",
            "release_reason"),
    STEP_DURATION(Kind.HISTOGRAM, "glimpse_step_duration_seconds", "How long a forward took"),
    TIME_TO_FIRST_PREVIEW(
            Kind.HISTOGRAM,
            "glimpse_time_to_first_preview_seconds",
            "From the arrival of a request that asks for previews to the first picture that its door could send, without"
                    + " the time for which its client had it paused",
            "rank"),
    REQUEST_DURATION(
            Kind.HISTOGRAM, "glimpse_request_duration_seconds", "From the arrival of a request to its end", "outcome"),
    REQUESTS(
            Kind.COUNTER,
            "glimpse_requests_total",
            "Requests for pictures that reached the core and have ended, those that it refused included",
            "door",
            "outcome",
            "rank"),
    PREVIEW_FRAMES(
            Kind.COUNTER,
            "glimpse_preview_frames_total",
            "Previews, final pictures aside: sent; conflated, made but replaced by a newer one; skipped, not made",
            "disposition"),
    NFE(
            Kind.COUNTER,
            "glimpse_nfe_total",
            "Network evaluations: steps, previews of their own, and wasted, whose client had left meanwhile",
            "kind"),
    OPEN_STREAMS(Kind.GAUGE, "glimpse_open_streams", "Requests that have been admitted and not ended", "door"),
    OPEN_CONNECTIONS(
            Kind.GAUGE, "glimpse_open_connections", "Connections that are open, of clients and of the admin port"),
    REFUSED_CONNECTIONS(
            Kind.COUNTER,
            "glimpse_refused_connections_total",
            "Connections that were closed as they came, since their port had as many as it may"),
    OUTBOUND_BUFFER(
            Kind.GAUGE,
            "glimpse_outbound_buffer_bytes",
            "Bytes of pictures that doors have taken, and behind which their connections have no room yet",
            "door"),
    BROWNOUT_LEVEL(
            Kind.GAUGE,
            "glimpse_brownout_level",
            "How much flexible requests are cut short: 0 not at all, 4 to a single step; of the worst queue"),
    ESTIMATED_WAIT(
            Kind.GAUGE,
            "glimpse_estimated_wait_seconds",
            "How long the devices will take for all admitted work; of all queues together"),
    STEP_COST(
            Kind.GAUGE,
            "glimpse_step_cost_seconds",
            "The cost of a forward, T(B) = a + b B, as estimated from the latest ones",
            "model",
            "device",
            "coefficient"),
    EFFICIENCY_RATIO(
            Kind.GAUGE,
            "glimpse_efficiency_ratio",
            "Wanted evaluations by those that forwards of the most rows would have done in the same time, lately"),
    FORWARD_AGE(Kind.GAUGE, "glimpse_forward_age_seconds", "How long the oldest of the running forwards has run"),
    FORWARD_FAILURES(
            Kind.COUNTER,
            "glimpse_forward_failures_total",
            "Forwards that failed, or did not end and were given up; those of likelihoods, too"),
    FORWARDS_HUNG(
            Kind.GAUGE,
            "glimpse_forwards_hung",
            "Forwards that were given up and have not come back, each with a thread"),
    SCORING_REQUESTS(
            Kind.COUNTER,
            "glimpse_scoring_requests_total",
            "Requests for likelihoods that reached the core and have ended, those that it refused included",
            "outcome"),
    SCORING_WAITING(
            Kind.GAUGE, "glimpse_scoring_waiting", "Requests for likelihoods that have been admitted and not begun"),
    SCORING_TIME(
            Kind.COUNTER,
            "glimpse_scoring_device_seconds_total",
            "Time that devices spent on likelihoods, which no step's forwards hold",
            "device"),
    DEVICES(
            Kind.GAUGE,
            "glimpse_devices",
            "Devices that evaluate the network, or threads on the CPU, busy or not; those that are being started anew are"
                    + " missing"),
    DEVICE_MEMORY(Kind.GAUGE, "glimpse_device_memory_bytes", "Memory in use where the network is evaluated", "device"),
    PROCESS_MEMORY(
            Kind.GAUGE,
            "glimpse_process_memory_bytes",
            "Memory of the process: resident in all; of Java's, heap and buffers in use; and mapped, files of models that"
                    + " need not be in memory",
            "kind"),
    CPU(
            Kind.COUNTER,
            "glimpse_cpu_seconds_total",
            "Processor time by the threads that took it: doors, devices, encoders, others",
            "threads"),
    DOOR_CPU(
            Kind.COUNTER,
            "glimpse_door_cpu_seconds_total",
            "Processor time by the door whose requests took it, out of that of all doors; connections as such aside",
            "door"),
    CERTIFICATE_EXPIRY(
            Kind.GAUGE,
            "glimpse_tls_certificate_expiry_timestamp_seconds",
            "When the certificate that the public port shows expires, and the last of its clients' authorities, in Unix time;"
                    + " NaN for none",
            "certificate"),
    READY(Kind.GAUGE, "glimpse_ready", "Whether /readyz says so: 1 or 0"),
    MODELS_BROKEN(
            Kind.GAUGE, "glimpse_models_broken", "Model versions that cannot be read or loaded, and so are not served"),
    BUILD(Kind.INFO, "glimpse_build_info", "The program, always 1", "version", "java"),
    MODEL(Kind.INFO, "glimpse_model_info", "A served model, always 1", "name", "version", "device");

    private final Kind kind;
    private final String title;
    private final String help;
    private final List<String> labels;

    Metric(Kind kind, String title, String help, String... labels) {
        this.kind = kind;
        this.title = title;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** How a metric is written. */
    public enum Kind {
        COUNTER,
        GAUGE,
        /** A series for each bucket, and the sum and the number of all values. */
        HISTOGRAM,
        /** A gauge of 1 whose labels are what it tells. */
        INFO
    }

    public Kind kind() {
        return kind;
    }

    /** The name of the family. */
    public String title() {
        return title;
    }

    /** One sentence for its reader. */
    public String help() {
        return help;
    }

    /** Names of its labels. */
    public List<String> labels() {
        return labels;
    }

    /** Names of its series, as queries have to write them. */
    public List<String> series() {
        return kind == Kind.HISTOGRAM ? List.of(title + "_bucket", title + "_sum", title + "_count") : List.of(title);
    }
}
