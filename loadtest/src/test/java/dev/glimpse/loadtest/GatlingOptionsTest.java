package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatlingOptionsTest {
    @TempDir
    private Path directory;

    @Test
    void withoutOptionsAllDoorsTakeTurns() throws Exception {
        GatlingOptions options = read("");

        assertThat(options.scenario()).isEqualTo(Scenario.SMOKE);
        assertThat(options.doors()).containsExactly("grpc", "websocket", "sse", "rest");
        assertThat(options.arrivals()).isNotEmpty();
        assertThat(options.keys()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "doors=bogus | --doors: bogus (expected: some of grpc, websocket, sse and rest, each once)",
                "doors=grpc,grpc | --doors: grpc,grpc (expected: some of grpc, websocket, sse and rest, each once)",
                "preview=sharp | --preview: sharp (expected: one of exact, free, none)",
                "rate=much | --rate: much (expected: a number)",
                "rate=0 | --rate: 0.0 (expected: more than 0)",
                "rate=0.001 seconds=1 | --rate: 0.001 (expected: enough for one request in --seconds, 1)",
                "seconds=long | --seconds: long (expected: a whole number)",
                "seconds=0 | --seconds: 0 (expected: 1..86400)",
                "seed=apple | --seed: apple (expected: a whole number)",
                "target=nowhere | --target: nowhere (expected: HOST:PORT, https://HOST, or either behind NAME=)",
                "ca=nowhere.pem | --ca: nowhere.pem (expected: a readable PEM file of certificates)",
                "arrivals=nowhere.csv | --arrivals: nowhere.csv (expected: a readable file)",
                "arrivals=src | --arrivals: src (expected: a readable file)",
                "arrivals=pom.xml rate=5 | --rate: 5 (expected: absent with --arrivals, whose file says what arrives)",
                "arrivals=pom.xml seconds=5 | --seconds: 5 (expected: absent with --arrivals, whose file says what arrives)",
                "arrivals=pom.xml preview=free | --preview: free (expected: absent with --arrivals, whose file says what arrives)",
                "scenario=W9 rate=5 | --rate: 5 (expected: absent with W9, where it changes nothing)",
            })
    void whatCannotBeIsRefusedByItsOption(String options, String complaint) {
        assertThatThrownBy(() -> read(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(complaint);
    }

    /** Where Gatling reads as fast as it can, they would be measured as what they are not. */
    @ParameterizedTest
    @CsvSource({"rest, true", "'grpc,rest', true", "grpc, false"})
    void clientsThatDoNotReadAreForGrpcAlone(String doors, boolean refused) throws Exception {
        Path file = directory.resolve("arrivals.csv");
        Arrival slow = new Arrival(5, 1, 1, Preview.EXACT, false, 0, 0, "standard", "", 1, false);
        ArrivalFile.write(List.of(Arrival.plain(0, 1, Preview.EXACT), slow), file);
        String options = "doors=" + doors + " arrivals=" + file;

        if (refused) {
            assertThatThrownBy(() -> read(options))
                    .hasMessage("--arrivals: " + file + " (expected: clients that all read, or --doors grpc with it, as"
                            + " Gatling reads as fast as it can elsewhere)");
        } else {
            assertThat(read(options).arrivals()).hasSize(2);
        }
    }

    @Test
    void aFileWithTenantsIsRefused() throws Exception {
        Path file = directory.resolve("arrivals.csv");
        ArrivalFile.write(
                List.of(new Arrival(0, 1, 1, Preview.EXACT, true, 0, 0, "standard", "alice", 1, false)), file);

        assertThatThrownBy(() -> read("arrivals=" + file))
                .hasMessage("--arrivals: " + file + " (expected: requests of no tenant, as Gatling's have none)");
    }

    @Test
    void aFileWithoutRequestsIsRefused() throws Exception {
        Path file = directory.resolve("arrivals.csv");
        ArrivalFile.write(List.of(), file);

        assertThatThrownBy(() -> read("arrivals=" + file))
                .hasMessage("--arrivals: " + file + " (expected: at least one request)");
    }

    private static GatlingOptions read(String options) throws Exception {
        Properties given = new Properties();
        for (String option : options.isEmpty() ? new String[0] : options.split(" ")) {
            String[] parts = option.split("=", 2);
            given.setProperty(parts[0], parts[1]);
        }
        return GatlingOptions.read(given);
    }
}
