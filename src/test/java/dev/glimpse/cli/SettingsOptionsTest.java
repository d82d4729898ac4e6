package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.config.SettingsLoader.Flag;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SettingsOptionsTest {
    @Test
    void assignmentsWinOverFlagsAndTheLastOfThemCounts() {
        SettingsOptions options = CommandLine.populateCommand(
                new SettingsOptions(), "--set", "server.port=9001", "--set", "server.port=9002");
        List<Flag> flags = List.of(new Flag("server.port", "9000", "--port"));

        assertThat(options.read(Map.of("GLIMPSE_SERVER_PORT", "8999"), flags)
                        .server()
                        .port())
                .isEqualTo(9002);
    }
}
