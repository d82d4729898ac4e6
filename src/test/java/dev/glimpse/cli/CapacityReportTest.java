package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a table says of fleets that nobody has. */
class CapacityReportTest {
    /** At most one request in two seconds for each of them. */
    private static final String[] SLOW_SERVERS = {
        "capacity", "--cost=1000,1000", "--first=100000", "--last=300000", "--requests=100", "--rates=1000000000"
    };

    @Test
    void moreServersThanAnIntegerHoldsAreCounted() {
        JsonObject answer = JsonParser.parseString(out("--json")).getAsJsonObject();
        double most = answer.get("most_per_second").getAsDouble();
        long servers = answer.getAsJsonArray("table")
                .get(0)
                .getAsJsonObject()
                .get("servers")
                .getAsLong();

        assertThat(servers).isGreaterThan(Integer.MAX_VALUE).isEqualTo((long) Math.ceil(1e9 / most));
        assertThat(out()).contains(" " + servers + " ", " " + (servers + 1) + " ");
    }

    private static String out(String... options) {
        CommandLineRun run = CommandLineRun.of(
                Stream.concat(Stream.of(SLOW_SERVERS), Stream.of(options)).toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
        return run.out();
    }
}
