package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What a server says on its admin port, which is asked before anything, before a run and after it. */
class AdminPortTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();
    private final AtomicInteger asked = new AtomicInteger();
    private ScriptedServer server;
    private HttpServer admin;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(1);
        admin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @AfterEach
    void stop() {
        admin.stop(0);
        server.close();
    }

    /** What a client sees says nothing of the evaluations that a server does for those who have left. */
    @Test
    void whatTheServerWastedIsWhatItSaysItself() {
        JsonObject run = run(reading -> 7 * reading);

        assertThat(run.get("wasted_nfe").getAsInt()).isEqualTo(7);
        assertThat(run.get("server_nfe").getAsInt()).isEqualTo(7);
        assertThat(errors.toString()).isEmpty();
    }

    @Test
    void whatWasAnsweredBeforeAServerDiedIsTold() {
        JsonObject run = run(reading -> reading == 2 ? -1 : 7);

        assertThat(run.get("finished").getAsInt()).isPositive();
        assertThat(run.has("wasted_nfe")).isFalse();
        assertThat(errors.toString())
                .startsWith("loadtest/run: W2 on scripted: --admin: 127.0.0.1:")
                .contains("so that nobody knows what it computed in vain")
                .hasLineCount(1);
    }

    @Test
    void aServerThatDiedBeforeARunIsSaidOnce() {
        JsonObject run = run(reading -> reading == 1 ? -1 : 7);

        assertThat(run.has("wasted_nfe")).isFalse();
        assertThat(errors.toString()).hasLineCount(1);
    }

    @Test
    void aServerThatHasStartedAnewSaysNothingOfTheRun() {
        JsonObject run = run(reading -> reading == 2 ? 3 : 7);

        assertThat(run.get("finished").getAsInt()).isPositive();
        assertThat(run.has("wasted_nfe")).isFalse();
        assertThat(run.has("server_nfe")).isFalse();
        assertThat(errors.toString())
                .isEqualToIgnoringNewLines("loadtest/run: W2 on scripted: the server started anew, so that nobody knows"
                        + " what it computed in vain");
    }

    @Test
    void aServerThatTellsNothingIsRefusedBeforeAnythingIsMeasured() {
        assertThat(execute(1)).isEqualTo(1);
        assertThat(errors.toString()).contains("--admin: 127.0.0.1:1 does not answer");
        assertThat(server.requests()).isEmpty();
    }

    /** @param wasted what it says by the number of the reading, from 0; less than 0 to say nothing */
    private JsonObject run(IntFunction<Integer> wasted) {
        admin.createContext("/metrics", exchange -> {
            int count = wasted.apply(asked.getAndIncrement());
            String metrics = "# TYPE glimpse_nfe_total counter\nglimpse_nfe_total{kind=\"preview\"} 1.0\n"
                    + "glimpse_nfe_total{kind=\"step\"} 1.0E2\nglimpse_nfe_total{kind=\"wasted\"} " + count + ".0\n";
            byte[] body = (count < 0 ? "" : metrics).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        admin.start();
        assertThat(execute(admin.getAddress().getPort())).as(errors.toString()).isZero();
        assertThat(asked.get()).isGreaterThanOrEqualTo(2);
        return JsonParser.parseString(out.toString())
                .getAsJsonObject()
                .getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject();
    }

    private int execute(int adminPort) {
        List<String> arguments = List.of(
                "W2",
                "--target=scripted=127.0.0.1:" + server.target().port(),
                "--admin=127.0.0.1:" + adminPort,
                "--capacity=100",
                "--seconds=1",
                "--warm-up=0",
                "--json");
        return new CommandLine(new LoadCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(errors))
                .execute(arguments.toArray(String[]::new));
    }
}
