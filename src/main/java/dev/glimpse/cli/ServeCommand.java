package dev.glimpse.cli;

import dev.glimpse.config.Settings;
import dev.glimpse.config.SettingsLoader.Flag;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code glimpse serve}: the server, until a signal stops it. */
@Command(
        name = "serve",
        exitCodeList = {
            "0:stopped, by a signal or at the admin port",
            "1:failed on the way",
            "2:wrong input",
            "128+N:ended at once by a second signal N, such as 130 by Ctrl-C"
        },
        description = "Serves models: gRPC, gRPC-Web, WebSocket, REST, server-sent events, the Open Inference Protocol"
                + " and a page, all on one port. "
                + "Every setting has a key, listed with its default in glimpse-defaults.yaml beside bin; "
                + "flags win over GLIMPSE_* variables, these over --config, that over defaults.")
final class ServeCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--host", paramLabel = "HOST", description = "Address of the public port (server.host).")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "PORT", description = "Public port; 0 takes a free one (server.port).")
    private @Nullable String port;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            description =
                    "Port of operators: health, metrics, models, drain; it asks for no key; 0 takes a free one (server.admin-port).")
    private @Nullable String adminPort;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description = "Models, DIR/NAME/VERSION/config.json (models.directory).")
    private @Nullable String models;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads that evaluate the network; 0 for one per core, or one per GPU (devices.workers).")
    private @Nullable String workers;

    @Mixin
    private DeviceOption device = new DeviceOption();

    private boolean tellsEvents;

    ServeCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        StopSignals signals = StopSignals.listen();
        Settings settings = options.read(environment, flags());
        // Read when logging and the engine start, which is later than this line.
        System.setProperty("glimpse.log.level", settings.log().level());
        System.setProperty("glimpse.log.format", settings.log().format());
        System.setProperty(
                "ai.djl.pytorch.num_threads",
                Integer.toString(settings.devices().intraOpThreads()));
        bridgeLogs();
        tellsEvents = settings.log().format().equals("json");
        Notices notices = new Notices(spec.commandLine().getOut(), tellsEvents);
        try (Server server = Server.start(settings, signals.wish())) {
            Duration uptime =
                    Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
            notices.ready(server.facts(), uptime);
            if (settings.resume().keysFile().isEmpty()) {
                notices.ownResumeKey();
            }
            int connections = ServerOptions.maxConnections(settings.server());
            if (connections < settings.server().maxConnections()) {
                notices.fewerConnections(connections, settings.server().maxConnections());
            }
            notices.stopping(signals.await(), settings.server().shutdownGrace());
        } catch (CancellationException e) {
            if (!signals.received()) {
                throw e;
            }
            notices.stopped(signals.await());
        }
        return ExitCode.OK;
    }

    /** Has libraries that log by java.util.logging, as OpenTelemetry does, write into the one log, in its format. */
    private static void bridgeLogs() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /** Whether collectors read what it tells. */
    boolean tellsEvents() {
        return tellsEvents;
    }

    private List<Flag> flags() {
        List<Flag> flags = new ArrayList<>();
        add(flags, "server.host", host, "--host");
        add(flags, "server.port", port, "--port");
        add(flags, "server.admin-port", adminPort, "--admin-port");
        add(flags, "models.directory", models, "--models");
        add(flags, "devices.workers", workers, "--workers");
        add(flags, "devices.kind", device.setting(), device.name());
        return flags;
    }

    private static void add(List<Flag> flags, String key, @Nullable String value, String name) {
        if (value != null) {
            flags.add(new Flag(key, value, name));
        }
    }
}
