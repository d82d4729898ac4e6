package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.scheduler.Job;
import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.Rank;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.testing.RawHttp2;
import io.opentelemetry.api.trace.TracerProvider;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of which moment a report of the load tells, where work comes between a request and its answer. */
@Timeout(60)
class LoadReportTest {
    private static final SchedulerSettings SCHEDULING = new SchedulerSettings(1, 4, 10, 100, 0.5, 1_000_000_000L, 50);
    private static final Job JOB =
            new Job(1, List.of(1, 1), Long.MAX_VALUE / 2, new JobTerms(Rank.INTERACTIVE, "", 1, false));
    private static final String SERVED = "/served";
    private static final String REFUSED = "/refused";
    private static final byte[] NOTHING = new byte[0];

    private final Vertx vertx = Vertx.vertx();
    private final Meters meters = new Meters();
    private final CoreMeter core =
            new CoreMeter(meters, new RequestSpans(TracerProvider.noop().get("none"), false), Integer::toString);
    private final SchedulerListener lane = core.opened("garments/1", SCHEDULING);
    private HttpServer server;

    @BeforeEach
    void open() throws Exception {
        LoadReport report = new LoadReport(core);
        server = vertx.createHttpServer()
                .requestHandler(request -> {
                    report.answer(request);
                    lane.entered(List.of(JOB));
                    answer(request);
                })
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
        meters.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {SERVED, REFUSED})
    void anAnswerOfGrpcTellsOfTheMomentInWhichItBegins(String path) throws Exception {
        try (RawHttp2 client = new RawHttp2(server.actualPort())) {
            RawHttp2.Answer answer = client.answer(client.call(path, NOTHING, "endpoint-load-metrics-format", "text"));

            assertThat(answer.status()).isZero();
            var last = path.equals(SERVED) ? answer.trailers() : answer.headers();
            assertThat(last.get("endpoint-load-metrics")).contains("named_metrics.active_trajectories=1,");
        }
    }

    private static void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response().putHeader("content-type", "application/grpc");
        if (request.path().equals(SERVED)) {
            response.write("x");
            response.trailers().set("grpc-status", "0");
        } else {
            response.putHeader("grpc-status", "0");
        }
        response.end();
    }
}
