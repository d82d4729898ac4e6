package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import dev.glimpse.access.Anonymity;
import dev.glimpse.access.ApiKey;
import dev.glimpse.access.Caller;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.Quota;
import dev.glimpse.access.QuotaLedger;
import dev.glimpse.api.LiveService;
import dev.glimpse.api.grpc.WireClient.Outcome;
import dev.glimpse.api.oip.OipDoor;
import dev.glimpse.api.web.BodyBounds;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.scheduler.Rank;
import glimpse.wire.inference.GRPCInferenceServiceGrpcService;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GlimpseGrpcService;
import glimpse.wire.v1.SampleRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcAccessTest {
    private static final int STEPS = 2;
    private static final String KEY = ApiKey.newSecret();
    private static final String METERED_KEY = ApiKey.newSecret();
    private static final GenerateRequest REQUEST =
            GenerateRequest.newBuilder().setSteps(STEPS).build();

    /** Two pictures at once, and evaluations for one and a half a minute. */
    private static final Quota QUOTA = new Quota(2, 3 * STEPS / 2, Long.MAX_VALUE);

    private static LiveService live;

    @BeforeAll
    static void start() throws Exception {
        live = new LiveService();
    }

    @AfterAll
    static void stop() throws Exception {
        live.close();
    }

    @Test
    void withoutAKeyTheCallIsRefusedAndToldWhatIsExpected() throws Exception {
        Outcome<byte[]> outcome = call(Anonymity.NEVER, Map.of(), REQUEST);
        assertThat(outcome.code()).isEqualTo(GrpcStatus.UNAUTHENTICATED.code);
        assertThat(outcome.details().getMessage())
                .isEqualTo("authorization: none (expected: Bearer and an API key of this server)");
    }

    /** Whoever asks for nothing but the server's health needs none. */
    static Stream<String> methods() {
        return Stream.of(
                        GlimpseGrpcService.SERVICE_DESCRIPTOR.getMethods(),
                        GRPCInferenceServiceGrpcService.SERVICE_DESCRIPTOR.getMethods())
                .flatMap(List::stream)
                .filter(method -> !List.of("ServerLive", "ServerReady").contains(method.getName()))
                .map(method -> "/" + method.getService().getFullName() + "/" + method.getName());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyMethodAsksForAKeyAndServesItsOwner(String path) throws Exception {
        try (DoorServer server = server(Anonymity.NEVER);
                WireClient client = new WireClient(server.port())) {
            Buffer empty = WireClient.frame(false, new byte[0]);
            assertThat(client.finish(client.open(path, Map.of()), empty).code())
                    .isEqualTo(GrpcStatus.UNAUTHENTICATED.code);
            assertThat(client.finish(client.open(path, bearer(KEY)), empty).code())
                    .isNotIn(GrpcStatus.UNAUTHENTICATED.code, GrpcStatus.UNIMPLEMENTED.code);
        }
    }

    @Test
    void wholePicturesAreChargedAsStreamedOnesAre() throws Exception {
        try (DoorServer server = server(Anonymity.NEVER);
                WireClient client = new WireClient(server.port())) {
            SampleRequest sample =
                    SampleRequest.newBuilder().setGenerate(REQUEST).build();
            Buffer body = WireClient.frame(false, sample.toByteArray());
            String path = "/glimpse.v1.Glimpse/Sample";
            assertThat(client.finish(client.open(path, bearer(METERED_KEY)), body)
                            .code())
                    .isEqualTo(GrpcStatus.OK.code);
            Outcome<byte[]> second = call(client, bearer(METERED_KEY), REQUEST);
            assertThat(violation(second).getDescription()).contains("network evaluations a minute");
            Outcome<byte[]> third = client.finish(client.open(path, bearer(METERED_KEY)), body);
            assertThat(third.code()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED.code);
            assertThat(violation(third).getSubject()).isEqualTo("tenant:metered");
        }
    }

    @Test
    void anUnknownKeyIsRefusedAndNotRepeated() throws Exception {
        String unknown = ApiKey.newSecret();
        Outcome<byte[]> outcome = call(Anonymity.ALWAYS, bearer(unknown), REQUEST);
        assertThat(outcome.code()).isEqualTo(GrpcStatus.UNAUTHENTICATED.code);
        assertThat(outcome.details().getMessage()).contains("an unknown key").doesNotContain(unknown);
    }

    @Test
    void aKnownKeyIsServed() throws Exception {
        assertThat(call(Anonymity.NEVER, bearer(KEY), REQUEST).code()).isEqualTo(GrpcStatus.OK.code);
    }

    @Test
    void thisMachineNeedsNoKey() throws Exception {
        assertThat(call(Anonymity.LOOPBACK, Map.of(), REQUEST).code()).isEqualTo(GrpcStatus.OK.code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "forwarded",
                "via",
                "x-real-ip",
                "x-forwarded-for",
                "x-forwarded-proto",
                "x-forwarded-host",
                "x-envoy-expected-rq-timeout-ms"
            })
    void aProxyOnThisMachineDoesNotLendItsAddressToOthers(String header) throws Exception {
        Map<String, String> forwarded = Map.of(header, "192.0.2.7");
        assertThat(call(Anonymity.LOOPBACK, forwarded, REQUEST).code()).isEqualTo(GrpcStatus.UNAUTHENTICATED.code);
    }

    @Test
    void aRequestThatNoQuotaAllowsIsRefusedWithoutARetry() throws Exception {
        GenerateRequest tooMany =
                REQUEST.toBuilder().setCount(QUOTA.trajectories() + 1).build();
        Outcome<byte[]> outcome = call(Anonymity.NEVER, bearer(METERED_KEY), tooMany);
        assertThat(outcome.code()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED.code);
        assertThat(violation(outcome).getSubject()).isEqualTo("tenant:metered");
        assertThat(violation(outcome).getDescription())
                .isEqualTo(outcome.details().getMessage())
                .contains("more than " + QUOTA.trajectories() + " trajectories at once");
        assertThat(outcome.details().getDetailsList()).noneMatch(detail -> detail.is(RetryInfo.class));
    }

    @Test
    void usedUpEvaluationsAreRefusedWithTheTimeToWait() throws Exception {
        try (DoorServer server = server(Anonymity.NEVER);
                WireClient client = new WireClient(server.port())) {
            assertThat(call(client, bearer(METERED_KEY), REQUEST).code()).isEqualTo(GrpcStatus.OK.code);
            Outcome<byte[]> second = call(client, bearer(METERED_KEY), REQUEST);
            assertThat(second.code()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED.code);
            assertThat(violation(second).getDescription()).contains("network evaluations a minute");
            RetryInfo retry = second.details().getDetailsList().stream()
                    .filter(detail -> detail.is(RetryInfo.class))
                    .findFirst()
                    .orElseThrow()
                    .unpack(RetryInfo.class);
            // STEPS / 2 of 3 STEPS / 2 a minute are missing, so a third of a minute, less what has passed.
            assertThat(retry.getRetryDelay().getSeconds()).isBetween(1L, 20L);
            assertThat(call(client, bearer(KEY), REQUEST).code())
                    .as("another tenant")
                    .isEqualTo(GrpcStatus.OK.code);
        }
    }

    private static QuotaFailure.Violation violation(Outcome<byte[]> outcome) throws Exception {
        return outcome.details().getDetailsList().stream()
                .filter(detail -> detail.is(QuotaFailure.class))
                .findFirst()
                .orElseThrow()
                .unpack(QuotaFailure.class)
                .getViolations(0);
    }

    private static DoorServer server(Anonymity anonymity) {
        List<ApiKey> keys = List.of(
                new ApiKey("open", ApiKey.hash(KEY), new Caller("open", Rank.INTERACTIVE, 2, Quota.UNLIMITED)),
                new ApiKey("metered", ApiKey.hash(METERED_KEY), new Caller("metered", Rank.STANDARD, 1, QUOTA)));
        Entrance entrance =
                new Entrance(new Gate(keys, anonymity), new QuotaLedger(), live.service()::as, System::nanoTime);
        return new DoorServer(
                entrance,
                DoorServer.UNCARED,
                vertx -> List.of(new OipDoor(
                                vertx,
                                entrance,
                                "1.2.3",
                                () -> true,
                                new OipDoor.Settings(
                                        new BodyBounds(DoorServer.MAX_MESSAGE_BYTES, Duration.ofSeconds(30)),
                                        DoorServer.MAX_GENERATIONS,
                                        new EventStreamSettings(Duration.ofSeconds(10), Duration.ofSeconds(20))))
                        .service()));
    }

    private static Outcome<byte[]> call(Anonymity anonymity, Map<String, String> headers, GenerateRequest request)
            throws Exception {
        try (DoorServer server = server(anonymity);
                WireClient client = new WireClient(server.port())) {
            return call(client, headers, request);
        }
    }

    private static Outcome<byte[]> call(WireClient client, Map<String, String> headers, GenerateRequest request)
            throws Exception {
        HttpClientRequest call = client.open(WireClient.GENERATE, new HashMap<>(headers));
        return client.finish(call, WireClient.frame(false, request.toByteArray()));
    }

    private static Map<String, String> bearer(String key) {
        return Map.of("authorization", "Bearer " + key);
    }
}
