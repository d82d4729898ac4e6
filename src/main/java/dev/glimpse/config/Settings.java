package dev.glimpse.config;

import dev.glimpse.access.Anonymity;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.scheduler.Batching;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.scheduler.Tuning;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings of a server, read once. Component names are the keys of {@code glimpse-defaults.yaml}, which holds their
 * defaults, units and reasons.
 */
public record Settings(
        Server server,
        Access access,
        Tls tls,
        Websocket websocket,
        Limits limits,
        Scheduler scheduler,
        Policies policies,
        Devices devices,
        Delivery delivery,
        Sessions sessions,
        Resume resume,
        Cache cache,
        Models models,
        Health health,
        Traces traces,
        Log log) {

    /** Addresses, and what a connection may cost. */
    public record Server(
            String host,
            int port,
            String adminHost,
            int adminPort,
            int maxMessageBytes,
            int maxStreamsPerConnection,
            int maxResetsPerConnection,
            Duration shutdownGrace) {}

    /** Who may ask, and how soon a change of files is noticed; no file means that there are no keys. */
    public record Access(Optional<Path> keysFile, Anonymity anonymous, Duration reloadEvery) {}

    /** What the public port shows of itself, and whom it asks for a certificate; without a certificate it is plain. */
    public record Tls(
            Optional<Path> certificate, Optional<Path> privateKey, Optional<Path> clientCa, Duration reloadEvery) {}

    /** Who may open a WebSocket, and what it may send. */
    public record Websocket(
            List<String> origins,
            int maxSockets,
            int maxGenerationsPerSocket,
            int maxMessageBytes,
            Duration pingEvery) {
        public Websocket {
            origins = List.copyOf(origins);
        }
    }

    /** What one request may ask for. */
    public record Limits(int maxSteps, int maxCount, int maxNfe, Duration maxDuration) {
        /** The same, as the core takes it. */
        public GenerationLimits toGenerationLimits() {
            return new GenerationLimits(maxSteps, maxCount, maxNfe, maxDuration);
        }
    }

    /** How steps are queued and put together. */
    public record Scheduler(
            Batching batching,
            int maxQueuedNfe,
            int minRows,
            int maxRows,
            int freeRows,
            double firstPreviewShare,
            Duration aging,
            int costWindow,
            double kneeShare,
            Duration longestStep,
            Duration longestHold,
            int rankSpan,
            Duration guardTarget,
            Duration guardInterval,
            Duration brownOutWait,
            int objective) {
        private Tuning toTuning() {
            return new Tuning(
                    kneeShare,
                    longestStep.toNanos(),
                    longestHold.toNanos(),
                    rankSpan,
                    guardTarget.toNanos(),
                    guardInterval.toNanos(),
                    brownOutWait.toNanos(),
                    objective);
        }
    }

    /** Which of the scheduler's policies are in force. */
    public record Policies(
            boolean deadlineAdmission,
            boolean giveUp,
            boolean shortening,
            boolean knee,
            boolean stepBudget,
            boolean firstPreviews,
            boolean ranks,
            boolean shortest,
            boolean aging,
            boolean laxity,
            boolean tenants,
            boolean hold,
            boolean queueGuard,
            boolean brownOut,
            boolean overload) {}

    /** The scheduler's settings for so many devices, as the core takes them. */
    public SchedulerSettings toSchedulerSettings(int deviceCount) {
        return new SchedulerSettings(
                deviceCount,
                scheduler.minRows(),
                scheduler.maxRows(),
                scheduler.maxQueuedNfe(),
                scheduler.firstPreviewShare(),
                scheduler.aging().toNanos(),
                scheduler.costWindow(),
                scheduler.batching(),
                SchedulerKeys.inForce(policies),
                scheduler.toTuning());
    }

    /** What evaluates the network; {@code workers} is 0 for one per core. */
    public record Devices(int workers, int intraOpThreads) {}

    /** How pictures get to those who asked for them. */
    public record Delivery(int encoders, int framesPerSample) {}

    /** What a client may keep going, and what is kept of that. */
    public record Sessions(int maxGenerations, int maxRequests, int maxStateBytes) {}

    /** How requests are resumed; no file means a key of this process. */
    public record Resume(Optional<Path> keysFile, Duration lifetime) {}

    /** Pictures made before. */
    public record Cache(int maxBytes) {}

    /** Where models are; no directory means the built-in one. */
    public record Models(Optional<Path> directory, Optional<String> defaultName) {}

    /** What is written to standard error. */
    public record Log(String level, String format) {}

    /** When a server calls itself unwell. */
    public record Health(double fullQueue, Duration stuckAfter) {}

    /** Where traces go; no endpoint means nowhere. */
    public record Traces(Optional<URI> endpoint, double share) {}

    static Settings from(Values values) {
        return new Settings(
                server(values),
                AccessKeys.access(values),
                AccessKeys.tls(values),
                websocket(values),
                limits(values),
                SchedulerKeys.scheduler(values),
                SchedulerKeys.policies(values),
                new Devices(
                        values.integer("devices.workers", 0, 1024),
                        values.integer("devices.intra-op-threads", 1, 1024)),
                new Delivery(
                        values.integer("delivery.encoders", 1, 1024),
                        values.integer("delivery.frames-per-sample", 1, 10_000)),
                new Sessions(
                        values.integer("sessions.max-generations", 1, 100_000),
                        values.integer("sessions.max-requests", 1, 100_000),
                        values.integer("sessions.max-state-bytes", 0, 1 << 30)),
                resume(values),
                new Cache(values.integer("cache.max-bytes", 0, Integer.MAX_VALUE)),
                models(values),
                OperationKeys.health(values),
                OperationKeys.traces(values),
                OperationKeys.log(values));
    }

    private static Server server(Values values) {
        String address = "a host name or an IP address";
        return new Server(
                values.name("server.host", address),
                values.integer("server.port", 0, 65535),
                values.name("server.admin-host", address),
                values.integer("server.admin-port", 0, 65535),
                values.integer("server.max-message-bytes", 1024, 1 << 30),
                values.integer("server.max-streams-per-connection", 1, 100_000),
                values.integer("server.max-resets-per-connection", 1, 1_000_000),
                values.duration("server.shutdown-grace", Duration.ZERO, Duration.ofHours(1)));
    }

    private static Websocket websocket(Values values) {
        return new Websocket(
                values.list(
                        "websocket.origins",
                        Pattern.compile("\\*|https?://[^/\\s]+"),
                        "a list of origins such as https://example.org, without a path, or *"),
                values.integer("websocket.max-sockets", 1, 10_000_000),
                values.integer("websocket.max-generations-per-socket", 1, 100_000),
                // A frame may be eight times as long, which has to fit an int.
                values.integer("websocket.max-message-bytes", 1024, 1 << 27),
                values.duration("websocket.ping-every", Duration.ofMillis(10), Duration.ofHours(1)));
    }

    private static Limits limits(Values values) {
        return new Limits(
                values.integer("limits.max-steps", 1, 10_000),
                values.integer("limits.max-count", 1, 100_000),
                values.integer("limits.max-nfe", 1, 10_000_000),
                values.duration("limits.max-duration", Duration.ofMillis(1), Duration.ofHours(24)));
    }

    private static Resume resume(Values values) {
        return new Resume(
                values.path("resume.keys-file"),
                values.duration("resume.lifetime", Duration.ofSeconds(1), Duration.ofHours(24 * 365)));
    }

    private static Models models(Values values) {
        String name = values.text("models.default-name");
        return new Models(values.path("models.directory"), name.isEmpty() ? Optional.empty() : Optional.of(name));
    }
}
