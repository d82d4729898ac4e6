package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.glimpse.api.Open;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.web.ConnectionCare;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.testing.RawHttp2;
import glimpse.wire.reflection.v1.ServerReflectionRequest;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.SessionEvent;
import glimpse.wire.v1.SessionEvent.EventCase;
import glimpse.wire.v1.SessionRequest;
import io.grpc.Status.Code;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that would stay open on a connection that is to end. */
@Timeout(60)
class FarewellTest {
    private static final String SESSION = "/glimpse.v1.Glimpse/Session";
    private static final String WATCH = "/grpc.health.v1.Health/Watch";
    private static final Duration LONG = Duration.ofHours(1);
    private static final ConnectionCare.Terms CARE = new ConnectionCare.Terms(Duration.ZERO, LONG, LONG, LONG);
    private static final int UNAVAILABLE = Code.UNAVAILABLE.value();

    private final ScriptedGenerator generator = new ScriptedGenerator();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size(); i > 0; i--) {
            opened.get(i - 1).close();
        }
    }

    @Test
    void aSessionThatRunsNothingIsToldToConnectAgain() throws Exception {
        DoorServer server = server(CARE);
        RawHttp2 client = connect(server);
        int session = begin(client, "a");
        generator.stream().emit(finished());

        server.shutDown(LONG);

        RawHttp2.Answer answer = client.answer(session);
        assertThat(events(answer)).last().extracting(SessionEvent::getEventCase).isEqualTo(EventCase.FINISHED);
        assertAskedToComeAgain(answer);
        client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, session, new byte[0]);
        client.awaitClose();
        generator.opened().closed().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aSessionOfAnOldConnectionIsToldSoToo() throws Exception {
        RawHttp2 client = connect(server(new ConnectionCare.Terms(Duration.ofMillis(200), LONG, LONG, LONG)));

        assertAskedToComeAgain(client.answer(begin(client, "a", finished())));
    }

    @Test
    void whatASessionRunsEndsFirstAndNothingMoreBegins() throws Exception {
        DoorServer server = server(CARE);
        RawHttp2 client = connect(server);
        int session = begin(client, "a");
        ScriptedStream running = generator.stream();

        server.shutDown(LONG);
        client.goAway();
        send(client, session, start("b"));
        client.ping(1);
        running.emit(finished());

        RawHttp2.Answer answer = client.answer(session);
        assertThat(events(answer))
                .extracting(event -> event.getId() + " " + event.getEventCase())
                .containsExactly("a ACCEPTED", "b FAILED", "a FINISHED");
        assertThat(events(answer).get(1).getFailed().getCode()).isEqualTo(UNAVAILABLE);
        assertAskedToComeAgain(answer);
    }

    @Test
    void aSessionWhoseClientAsksNothingMoreEndsWell() throws Exception {
        DoorServer server = server(CARE);
        RawHttp2 client = connect(server);
        int session = begin(client, "a");
        ScriptedStream running = generator.stream();
        client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, session, new byte[0]);
        client.ping(1);

        server.shutDown(LONG);
        client.goAway();
        running.emit(finished());

        assertThat(client.answer(session).status()).isZero();
    }

    @Test
    void aWatcherOfTheHealthIsToldThatTheServerServesNoMoreAndThenToConnectAgain() throws Exception {
        DoorServer server = server(CARE);
        RawHttp2 client = connect(server);
        int watch = client.call(WATCH, framed(HealthCheckRequest.getDefaultInstance()));
        client.bytes(watch, 5 + serving().length);

        server.ready(false);
        server.shutDown(LONG);

        RawHttp2.Answer answer = client.answer(watch);
        List<byte[]> statuses = answer.messages();
        assertThat(HealthCheckResponse.parseFrom(statuses.get(statuses.size() - 1))
                        .getStatus())
                .isEqualTo(ServingStatus.NOT_SERVING);
        assertAskedToComeAgain(answer);
        client.awaitClose();
    }

    @Test
    void aWatcherOverHttp1IsToldSoToo() throws Exception {
        DoorServer server = server(CARE);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + WATCH))
                .version(HttpClient.Version.HTTP_1_1)
                .header("content-type", "application/grpc-web+proto")
                .POST(HttpRequest.BodyPublishers.ofByteArray(framed(HealthCheckRequest.getDefaultInstance())))
                .build();
        var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());

        server.ready(false);
        server.shutDown(LONG);

        CompletableFuture<String> body = CompletableFuture.supplyAsync(() -> {
            try (var in = response.body()) {
                return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(body.get(20, TimeUnit.SECONDS)).contains("grpc-status:" + UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1alpha"})
    void aReflectionStreamIsToldToConnectAgain(String version) throws Exception {
        DoorServer server = server(CARE);
        RawHttp2 client = connect(server);
        int call = client.open("/grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo");
        byte[] question =
                framed(ServerReflectionRequest.newBuilder().setListServices("*").build());
        client.frame(RawHttp2.DATA, 0, call, question);
        client.bytes(call, question.length);

        server.shutDown(LONG);

        assertAskedToComeAgain(client.answer(call));
        client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, call, new byte[0]);
        client.awaitClose();
    }

    private DoorServer server(ConnectionCare.Terms terms) {
        DoorServer server = new DoorServer(Open.entrance(generator), terms);
        opened.add(server);
        return server;
    }

    private RawHttp2 connect(DoorServer server) throws IOException {
        RawHttp2 client = new RawHttp2(server.port());
        opened.add(client);
        return client;
    }

    /** Opens a session that generates; returns its stream once it is accepted. */
    private int begin(RawHttp2 client, String id, GenerationEvent... events) throws Exception {
        int session = client.open(SESSION);
        send(client, session, start(id));
        client.bytes(session, 6);
        if (events.length > 0) {
            ScriptedStream stream = generator.stream();
            List.of(events).forEach(stream::emit);
        }
        return session;
    }

    private static void send(RawHttp2 client, int session, SessionRequest request) throws IOException {
        client.frame(RawHttp2.DATA, 0, session, framed(request));
    }

    private static SessionRequest start(String id) {
        return SessionRequest.newBuilder()
                .setId(id)
                .setStart(GenerateRequest.newBuilder().setSteps(2))
                .build();
    }

    private static GenerationEvent finished() {
        return new GenerationEvent.Finished(2, 0, 1);
    }

    private static byte[] serving() {
        return HealthCheckResponse.newBuilder()
                .setStatus(ServingStatus.SERVING)
                .build()
                .toByteArray();
    }

    private static byte[] framed(Message message) {
        return WireClient.frame(false, message.toByteArray()).getBytes();
    }

    private static void assertAskedToComeAgain(RawHttp2.Answer answer) throws Exception {
        assertThat(answer.status()).isEqualTo(UNAVAILABLE);
        Status status =
                Status.parseFrom(Base64.getDecoder().decode(answer.trailers().get("grpc-status-details-bin")));
        assertThat(status.getMessage()).isEqualTo("the server ends this connection; connect again");
        assertThat(status.getDetails(0).unpack(RetryInfo.class).getRetryDelay().getSeconds())
                .isEqualTo(1);
    }

    private static List<SessionEvent> events(RawHttp2.Answer answer) throws IOException {
        List<SessionEvent> events = new ArrayList<>();
        for (byte[] message : answer.messages()) {
            events.add(SessionEvent.parseFrom(message));
        }
        return events;
    }
}
