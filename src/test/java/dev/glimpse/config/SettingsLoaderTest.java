package dev.glimpse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.config.SettingsLoader.Flag;
import dev.glimpse.scheduler.Batching;
import dev.glimpse.scheduler.Policy;
import dev.glimpse.scheduler.SchedulerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
    @TempDir
    Path directory;

    @Test
    void defaultsAreComplete() {
        Settings settings = load("", Map.of());
        assertThat(settings.server().port()).isEqualTo(8080);
        assertThat(settings.server().adminPort()).isEqualTo(8081);
        assertThat(settings.server().shutdownGrace()).isEqualTo(Duration.ofSeconds(25));
        assertThat(settings.access().origins()).isEmpty();
        assertThat(settings.limits().toGenerationLimits().maxSteps()).isEqualTo(64);
        assertThat(settings.scheduler().minRows()).isEqualTo(4);
        assertThat(settings.scheduler().maxRows()).isEqualTo(12);
        assertThat(settings.models().directory()).isEmpty();
    }

    @Test
    void everyPolicyIsInForceAndEachCanBeSwitchedOff() {
        assertThat(load("", Map.of()).toSchedulerSettings(3))
                .isEqualTo(new SchedulerSettings(3, 4, 12, 8192, 0.9, 2_000_000_000, 64));
        for (Policy policy : Policy.values()) {
            String key = policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
            Settings settings = load("policies: {" + key + ": false}", Map.of());
            assertThat(settings.toSchedulerSettings(1).policies()).isEqualTo(EnumSet.complementOf(EnumSet.of(policy)));
        }
    }

    @Test
    void aDirectoryOfModelsThatIsNotThereIsPassedOverOnlyOnDemand(@TempDir Path directory) {
        String absent = "directory: " + directory.resolve("absent");
        String there = "directory: " + directory;

        assertThat(load("models: {" + absent + "}", Map.of()).models().catalog())
                .contains(directory.resolve("absent"));
        assertThat(load("models: {" + absent + ", built-in-if-absent: true}", Map.of())
                        .models()
                        .catalog())
                .isEmpty();
        assertThat(load("models: {" + there + ", built-in-if-absent: true}", Map.of())
                        .models()
                        .catalog())
                .contains(directory);
    }

    @Test
    void wholeRequestsAreBatchedOnDemand() {
        assertThat(load("scheduler: {batching: request}", Map.of())
                        .toSchedulerSettings(1)
                        .batching())
                .isEqualTo(Batching.REQUEST);
    }

    @Test
    void fileWinsOverDefaults() {
        assertThat(load("server:\n  port: 9000\n", Map.of()).server().port()).isEqualTo(9000);
    }

    @Test
    void environmentWinsOverFile() {
        Settings settings = load("server:\n  port: 9000\n", Map.of("GLIMPSE_SERVER_PORT", "9001", "PATH", "/bin"));
        assertThat(settings.server().port()).isEqualTo(9001);
    }

    /** As images have them: what their operator writes wins, and may be a file. */
    @Test
    void defaultsOfAnInstallationWinOverTheBuiltInOnesAlone() throws IOException {
        Path defaults = Files.writeString(directory.resolve("defaults.yaml"), "server: {port: 9000, host: 0.0.0.0}\n");
        Settings settings = load("server: {port: 9001}\n", Map.of("GLIMPSE_DEFAULTS", defaults.toString()));
        assertThat(settings.server().port()).isEqualTo(9001);
        assertThat(settings.server().host()).isEqualTo("0.0.0.0");
        assertThatThrownBy(() -> load(
                        "", Map.of("GLIMPSE_DEFAULTS", directory.resolve("none").toString())))
                .hasMessageStartingWith("GLIMPSE_DEFAULTS: ");
        assertThat(load("", Map.of("GLIMPSE_DEFAULTS", "")).server().port()).isEqualTo(8080);
    }

    @Test
    void flagWinsOverEnvironment() {
        Settings settings = SettingsLoader.load(
                Optional.empty(),
                Map.of("GLIMPSE_SERVER_PORT", "9001"),
                List.of(new Flag("server.port", "9002", "--port")));
        assertThat(settings.server().port()).isEqualTo(9002);
    }

    @Test
    void listIsReadFromYamlAndFromTheEnvironment() {
        List<String> both = List.of("https://a.example", "http://b.example:8443");
        assertThat(load("access: {origins: [https://a.example, 'http://b.example:8443']}", Map.of())
                        .access()
                        .origins())
                .isEqualTo(both);
        assertThat(load("", Map.of("GLIMPSE_ACCESS_ORIGINS", "https://a.example, http://b.example:8443"))
                        .access()
                        .origins())
                .isEqualTo(both);
    }

    @ParameterizedTest
    @CsvSource({"250ms, PT0.25S", "30s, PT30S", "5m, PT5M", "2h, PT2H"})
    void timesCarryTheirUnit(String written, Duration meant) {
        assertThat(load("{limits: {max-duration: " + written + "}, server: {connection-age-grace: 2h}}", Map.of())
                        .limits()
                        .maxDuration())
                .isEqualTo(meant);
    }

    @Test
    void aSectionWhoseKeysAreAllCommentedOutSaysNothing() {
        Settings settings = load("server:\n  # port: 9000\nlimits: {max-count: 5}\n", Map.of());
        assertThat(settings.server().port()).isEqualTo(8080);
        assertThat(settings.limits().maxCount()).isEqualTo(5);
    }

    @Test
    void onePortAtTwoAddressesIsTwoPlaces() {
        String text = "server: {host: 10.0.0.1, admin-host: 10.0.0.2, port: 7, admin-port: 7}";
        assertThat(load(text, Map.of()).server().adminPort()).isEqualTo(7);
        assertThat(load("server: {port: 0, admin-port: 0}", Map.of()).server().port())
                .isZero();
    }

    @Test
    void connectionsThatEndAtNoAgeNeedNoGrace() {
        Settings settings = load("server: {max-connection-age: 0s, connection-age-grace: 0s}", Map.of());
        assertThat(settings.server().connectionAgeGrace()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server: {port: 99999}|server.port: 99999 (expected: 0..65535) in %s, line 1",
                "server: {port: eighty}|server.port: eighty (expected: 0..65535) in %s, line 1",
                "server: {port: }|server.port: '' (expected: 0..65535) in %s, line 1",
                "server: {port: [80]}|server.port: [80] (expected: 0..65535) in %s, line 1",
                "server: {port: {a: 1}}|server.port: a section (expected: one value) in %s, line 1",
                "server: {admin-port: 8080}|server.admin-port: 8080 (expected: another port than server.port, which is 8080)"
                        + " in %s, line 1",
                "server: {host: 10.0.0.1, admin-host: 10.0.0.1, port: 7, admin-port: 7}|server.admin-port: 7"
                        + " (expected: another port than server.port, which is 7) in %s, line 1",
                "server: {prot: 80}|server.prot: unknown key (expected: a setting, such as server.port) in %s, line 1",
                "serve: {port: 80}|serve.port: unknown key (expected: a setting, such as server.port) in %s, line 1",
                "server: 8080|server: '8080' (expected: a section with keys) in %s, line 1",
                "server: {port: 1, port: 2}|server.port: given twice (expected: once) in %s, line 1 and %s, line 1",
                "limits: {max-duration: 30}|limits.max-duration: 30 (expected: a time of 1ms..24h) in %s, line 1",
                "scheduler: {max-rows: 15}|scheduler.max-rows: 15 (expected: a multiple of scheduler.min-rows, 4) in %s, line 1",
                "server: {reset-window: 10ms}|server.reset-window: 10ms (expected: a time of 1s..1h) in %s, line 1",
                "server: {max-connection-age: 30d}|server.max-connection-age: 30d (expected: a time of 0s..24h) in %s, line 1",
                "server: {keepalive-every: 0s}|server.keepalive-every: 0s (expected: a time of 10ms..24h) in %s, line 1",
                "scheduler: {first-preview-share: 2}|scheduler.first-preview-share: 2 (expected: more than 0, at most 1) in %s, line 1",
                "scheduler: {min-rows: 16, max-rows: 15}|scheduler.max-rows: 15 (expected: at least scheduler.min-rows, 16)"
                        + " in %s, line 1",
                "scheduler: {min-rows: 1, max-rows: 1}|scheduler.max-rows: 1 (expected: 2..4096) in %s, line 1",
                "scheduler: {min-rows: 64}|scheduler.max-rows: 12 (expected: at least scheduler.min-rows, 64)"
                        + " in glimpse-defaults.yaml, line of max-rows: 12",
                "scheduler: {min-rows: 128, max-rows: 128}|devices.gpu-max-rows: 64 (expected: at least"
                        + " scheduler.min-rows, 128) in glimpse-defaults.yaml, line of gpu-max-rows: 64",
                "scheduler: {max-queued-nfe: 9}|scheduler.max-queued-nfe: 9 (expected: at least twice limits.max-nfe, 1024)"
                        + " in %s, line 1",
                "limits: {max-nfe: 20000}|scheduler.max-queued-nfe: 8192 (expected: at least twice limits.max-nfe, 20000)"
                        + " in glimpse-defaults.yaml, line of max-queued-nfe: 8192",
                "limits: {max-duration: 11m}|server.connection-age-grace: 10m (expected: at least limits.max-duration, 11m)"
                        + " in glimpse-defaults.yaml, line of connection-age-grace: 10m",
                "server: {connection-age-grace: 1m}|server.connection-age-grace: 1m"
                        + " (expected: at least limits.max-duration, 5m) in %s, line 1",
                "health: {give-up-floor: 2m}|health.give-up-floor: 2m (expected: less than health.stuck-after, 2m)"
                        + " in %s, line 1",
                "devices: {kind: tpu}|devices.kind: tpu (expected: one of auto, cpu, gpu) in %s, line 1",
                "devices: {gpu-max-rows: 1}|devices.gpu-max-rows: 1 (expected: 2..4096) in %s, line 1",
                "access: {origins: ['https://*.example.org']}|access.origins: [https://*.example.org] (expected: a list of origins such as "
                        + "https://example.org, without a path, or *) in %s, line 1",
                "access: {origins: ['https://me@example.org']}|access.origins: [https://me@example.org] (expected: a list of origins such as "
                        + "https://example.org, without a path, or *) in %s, line 1",
                "access: {origins: ['https://h:99999']}|access.origins: [https://h:99999] (expected: a list of origins such as "
                        + "https://example.org, without a path, or *) in %s, line 1",
                "access: {origins: [example.org]}|access.origins: [example.org] (expected: a list of origins such as "
                        + "https://example.org, without a path, or *) in %s, line 1",
                "log: {level: loud}|log.level: loud (expected: one of error, warn, info, debug, trace) in %s, line 1",
                "[1, 2]|%s: a list (expected: sections such as server, each with keys)",
                "'server: {port'|%s, line 1, column 14: expected ',' or '}', but got <stream end> (expected: YAML)",
            })
    void wrongFileIsRefusedInOneLine(String text, String message) throws IOException {
        String file = directory.resolve("settings.yaml").toString();
        assertThatThrownBy(() -> load(text.replaceAll("^'|'$", ""), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessage(withLine(message.replace("%s", file)));
    }

    /** With the number of the line of a default, which moves, in the place of what stands there. */
    private static String withLine(String message) throws IOException {
        String[] parts = message.split("(?<=line )of ", 2);
        if (parts.length == 1) {
            return message;
        }
        List<String> lines = Files.readAllLines(Path.of("src/main/resources/glimpse-defaults.yaml"));
        int index = lines.indexOf("  " + parts[1]);
        assertThat(index).isNotNegative();
        return parts[0] + (index + 1);
    }

    @Test
    void wrongVariableIsRefusedByItsName() {
        assertThatThrownBy(() -> load("", Map.of("GLIMPSE_SERVER_PORT", "http://10.0.0.1:80")))
                .hasMessage("server.port: http://10.0.0.1:80 (expected: 0..65535) in GLIMPSE_SERVER_PORT");
        assertThatThrownBy(() -> load("", Map.of("GLIMPSE_SERVER_PROT", "80")))
                .hasMessage("GLIMPSE_SERVER_PROT: unknown variable (expected: the name of a setting, such as "
                        + "GLIMPSE_SERVER_PORT) in the environment");
    }

    @Test
    void variablesThatKubernetesSetsForAServiceArePassedOver() {
        Map<String, String> links = Map.of(
                "GLIMPSE_SERVICE_HOST", "10.0.0.1",
                "GLIMPSE_SERVICE_PORT_HTTP", "80",
                "GLIMPSE_PORT", "tcp://10.0.0.1:80",
                "GLIMPSE_PORT_80_TCP_ADDR", "10.0.0.1");
        assertThat(load("", links)).isEqualTo(load("", Map.of()));
    }

    @Test
    void theyArePassedOverToWhateverTheNameOfTheServiceIs() {
        Map<String, String> links = Map.of(
                "GLIMPSE_GATEWAY_SERVICE_HOST", "10.0.0.1",
                "GLIMPSE_GATEWAY_SERVICE_PORT", "80",
                "GLIMPSE_GATEWAY_PORT", "tcp://10.0.0.1:80",
                "GLIMPSE_GATEWAY_PORT_80_TCP", "tcp://10.0.0.1:80",
                // A service that is called glimpse-server has the name of a setting.
                "GLIMPSE_SERVER_PORT", "tcp://10.0.0.2:80",
                "GLIMPSE_SERVER_ADMIN_PORT", "udp://10.0.0.3:53");
        assertThat(load("", links)).isEqualTo(load("", Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GLIMPSE_GATEWAY_PORT", "GLIMPSE_PORT"})
    void aPortThatAPersonWroteIsNoneOfThem(String variable) {
        assertThatThrownBy(() -> load("", Map.of(variable, "9000")))
                .hasMessageStartingWith(variable + ": unknown variable");
    }

    @Test
    void missingFileIsRefusedByItsName() {
        Path missing = directory.resolve("none.yaml");
        assertThatThrownBy(() -> SettingsLoader.load(Optional.of(missing), Map.of(), List.of()))
                .hasMessage("--config: " + missing + " (expected: a readable YAML file in UTF-8)");
    }

    @Test
    void fileThatRefersToItselfIsRefused() {
        assertThatThrownBy(() -> load("server: &a {port: *a}", Map.of())).isInstanceOf(SettingsException.class);
    }

    private Settings load(String yaml, Map<String, String> environment) {
        try {
            Path file = directory.resolve("settings.yaml");
            Files.writeString(file, yaml);
            return SettingsLoader.load(Optional.of(file), environment, List.of());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
