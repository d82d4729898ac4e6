package dev.glimpse.config;

import dev.glimpse.access.Anonymity;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.ScoringSettings;
import dev.glimpse.model.DeviceWish;
import dev.glimpse.scheduler.Batching;
import dev.glimpse.scheduler.Policy;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.scheduler.Tuning;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of a server, read once. Component names are the keys of {@code glimpse-defaults.yaml}, which holds their
 * defaults, units and reasons.
 *
 * @param policies the scheduler's habits that are in force
 */
public record Settings(
        Server server,
        Access access,
        Tls tls,
        Websocket websocket,
        Events events,
        Limits limits,
        Scheduler scheduler,
        Set<Policy> policies,
        Devices devices,
        Delivery delivery,
        Sessions sessions,
        Scoring scoring,
        Resume resume,
        Cache cache,
        Models models,
        Health health,
        Traces traces,
        Log log) {
    public Settings {
        policies = Set.copyOf(policies);
    }

    /** Addresses, and what a connection may cost. */
    public record Server(
            String host,
            int port,
            String adminHost,
            int adminPort,
            int eventLoops,
            int maxMessageBytes,
            int maxConnections,
            Duration headerTimeout,
            Duration bodyTimeout,
            int maxStreamsPerConnection,
            int maxResetsPerConnection,
            Duration resetWindow,
            Duration maxConnectionAge,
            Duration connectionAgeGrace,
            Duration keepaliveEvery,
            Duration keepaliveTimeout,
            Duration shutdownGrace) {}

    /**
     * Who may ask, how soon a change of files is noticed, and pages of which origins; no file means that there are no
     * keys.
     */
    public record Access(Optional<Path> keysFile, Anonymity anonymous, Duration reloadEvery, List<String> origins) {
        public Access {
            origins = List.copyOf(origins);
        }
    }

    /** What the public port shows of itself, and whom it asks for a certificate; without a certificate it is plain. */
    public record Tls(
            Optional<Path> certificate, Optional<Path> privateKey, Optional<Path> clientCa, Duration reloadEvery) {}

    /** What a WebSocket may cost. */
    public record Websocket(int maxSockets, int maxGenerationsPerSocket, int maxMessageBytes, Duration pingEvery) {}

    /** How streams of server-sent events find out that nobody reads them. */
    public record Events(Duration heartbeatEvery, Duration stalledAfter) {}

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
            int rankSpan,
            Duration guardTarget,
            Duration guardInterval,
            Duration brownOutWait,
            int objective) {
        private Tuning toTuning() {
            return new Tuning(
                    kneeShare,
                    longestStep.toNanos(),
                    rankSpan,
                    guardTarget.toNanos(),
                    guardInterval.toNanos(),
                    brownOutWait.toNanos(),
                    objective);
        }
    }

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
                policies,
                scheduler.toTuning());
    }

    /** What evaluates the network; {@code workers} is 0 for one per core, or one per GPU. */
    public record Devices(DeviceWish kind, int workers, int intraOpThreads, int gpuMaxRows) {}

    /** How pictures get to those who asked for them. */
    public record Delivery(int encoders, int framesPerSample) {}

    /** What a client may keep going, and what is kept of that. */
    public record Sessions(int maxGenerations, int maxRequests, int maxStateBytes) {}

    /** What likelihoods may take of the server. */
    public record Scoring(
            int maxWaiting, int atOnce, double share, int maxPictures, int maxProbes, int maxNfe, int probesPerTurn) {
        /** The same, as the core takes it. */
        public ScoringSettings toScoringSettings() {
            return new ScoringSettings(maxWaiting, atOnce, share, maxPictures, maxProbes, maxNfe, probesPerTurn);
        }
    }

    /** How requests are resumed; no file means a key of this process. */
    public record Resume(Optional<Path> keysFile, Duration reloadEvery, Duration lifetime) {}

    /** Pictures made before. */
    public record Cache(int maxBytes) {}

    /** Where models are; no directory means the built-in one. */
    public record Models(Optional<Path> directory, boolean builtInIfAbsent, Optional<String> defaultName) {
        /** The directory that is served; none means the built-in model. */
        public Optional<Path> catalog() {
            return directory.filter(path -> !builtInIfAbsent || Files.exists(path));
        }
    }

    /** What is written to standard error. */
    public record Log(String level, String format) {}

    /** When a server calls itself unwell. */
    public record Health(
            double fullQueue, Duration stuckAfter, int giveUpFactor, Duration giveUpFloor, int maxHungForwards) {}

    /** Where traces go; no endpoint means nowhere. */
    public record Traces(Optional<URI> endpoint, double share) {}

    static Settings from(Values values) {
        Limits limits = limits(values);
        Scheduler scheduler = SchedulerKeys.scheduler(values, limits);
        return new Settings(
                ServerKeys.server(values, limits),
                AccessKeys.access(values),
                AccessKeys.tls(values),
                websocket(values),
                OperationKeys.events(values),
                limits,
                scheduler,
                SchedulerKeys.policies(values),
                DeviceKeys.devices(values, scheduler.minRows()),
                new Delivery(
                        values.integer("delivery.encoders", 1, 1024),
                        values.integer("delivery.frames-per-sample", 1, 10_000)),
                new Sessions(
                        values.integer("sessions.max-generations", 1, 100_000),
                        values.integer("sessions.max-requests", 1, 100_000),
                        values.integer("sessions.max-state-bytes", 0, 1 << 30)),
                ScoringKeys.scoring(values),
                resume(values),
                new Cache(values.integer("cache.max-bytes", 0, Integer.MAX_VALUE)),
                models(values),
                OperationKeys.health(values),
                OperationKeys.traces(values),
                OperationKeys.log(values));
    }

    private static Websocket websocket(Values values) {
        return new Websocket(
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
                values.duration("resume.reload-every", Duration.ofMillis(10), Duration.ofHours(24)),
                values.duration("resume.lifetime", Duration.ofSeconds(1), Duration.ofHours(24 * 365)));
    }

    private static Models models(Values values) {
        String name = values.text("models.default-name");
        return new Models(
                values.path("models.directory"),
                values.choice("models.built-in-if-absent", List.of("true", "false"))
                        .equals("true"),
                name.isEmpty() ? Optional.empty() : Optional.of(name));
    }
}
