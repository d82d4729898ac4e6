package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.Open;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.web.ConnectionCare;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.testing.RawHttp2;
import glimpse.wire.v1.GenerateRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

// Its bounds are of time.
@Tag("alone")
@Timeout(60)
class ConnectionCareTest {
    private static final int NO_ERROR = 0;
    private static final Duration NEVER = Duration.ZERO;
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final byte[] MESSAGE = WireClient.frame(
                    false, GenerateRequest.newBuilder().setSteps(1).build().toByteArray())
            .getBytes();

    private final PlayedGenerator generator = new PlayedGenerator(stream -> {});
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size(); i > 0; i--) {
            opened.get(i - 1).close();
        }
    }

    @Test
    void anOldConnectionTakesNoMoreStreamsAndEndsThoseItHas() throws Exception {
        RawHttp2 client = connect(new ConnectionCare.Terms(SHORT, LONG, LONG, LONG));
        int call = client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();

        assertThat(client.goAway()).isEqualTo(NO_ERROR);
        assertThat(stream.cancelled()).isNotDone();
        stream.emit(PlayedGenerator.step(0, 1, true)).emit(new GenerationEvent.Finished(1, 0, 1));

        assertThat(client.answer(call).status()).isZero();
        client.awaitClose();
    }

    @Test
    void aCallThatWasUnderWayToAnOldConnectionIsServedLikeTheOthers() throws Exception {
        RawHttp2 client = connect(new ConnectionCare.Terms(SHORT, LONG, LONG, LONG));

        assertServesCallsThatCrossTheFarewell(client, () -> {});
    }

    @Test
    void aCallThatWasUnderWayToAServerThatShutsDownIsServedLikeTheOthers() throws Exception {
        DoorServer server = server(new ConnectionCare.Terms(NEVER, NEVER, LONG, LONG));
        RawHttp2 client = connect(server);

        assertServesCallsThatCrossTheFarewell(client, () -> server.shutDown(LONG));
    }

    @Test
    void aCallOfAClientThatHeedsNoFarewellCutsNoOther() throws Exception {
        RawHttp2 client = connect(new ConnectionCare.Terms(SHORT, LONG, LONG, LONG));
        int first = client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();
        client.goAway();
        client.awaitPings(1);
        client.ping(2);

        client.call(WireClient.GENERATE, MESSAGE);
        client.ping(3);
        stream.emit(new GenerationEvent.Finished(1, 0, 1));

        assertThat(client.answer(first).status()).isZero();
    }

    @Test
    void anIdleConnectionWhoseClientAnswersNoPingEndsAllTheSame() throws Exception {
        RawHttp2 client = connect(new ConnectionCare.Terms(SHORT, LONG, LONG, LONG));
        client.leavePingsUnanswered();

        assertThat(client.goAway()).isEqualTo(NO_ERROR);
        client.awaitClose();
    }

    @Test
    void aStreamThatOutlastsTheGraceIsCut() throws Exception {
        RawHttp2 client = connect(new ConnectionCare.Terms(SHORT, SHORT, LONG, LONG));
        client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();

        client.awaitClose();

        assertThat(stream.cancelled()).succeedsWithin(20, TimeUnit.SECONDS);
    }

    @Test
    void aClientThatAnswersPingsStays() throws Exception {
        RawHttp2 client =
                connect(new ConnectionCare.Terms(NEVER, NEVER, Duration.ofMillis(20), Duration.ofSeconds(30)));
        int call = client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();

        client.awaitPings(20);
        stream.emit(new GenerationEvent.Finished(1, 0, 1));

        assertThat(client.answer(call).status()).isZero();
    }

    @Test
    void aClientThatAnswersNoPingIsGoneAndItsWorkStops() throws Exception {
        RawHttp2 client = connect(new ConnectionCare.Terms(NEVER, NEVER, Duration.ofMillis(20), SHORT));
        client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();
        client.leavePingsUnanswered();

        client.awaitClose();

        assertThat(stream.cancelled()).succeedsWithin(20, TimeUnit.SECONDS);
    }

    @Test
    void connectionsThatBeganTogetherEndApart() throws Exception {
        long begin = System.nanoTime();
        DoorServer server = server(new ConnectionCare.Terms(Duration.ofSeconds(2), LONG, LONG, LONG));
        List<RawHttp2> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(connect(server));
        }
        // The second of three lies lowest: the golden ratio's second multiple is just above a whole number.
        clients.get(1).goAway();
        long second = System.nanoTime() - begin;
        clients.get(2).goAway();
        long third = System.nanoTime() - begin;

        assertThat(Duration.ofNanos(second)).isGreaterThanOrEqualTo(Duration.ofMillis(1800));
        assertThat(Duration.ofNanos(third - second)).isGreaterThan(Duration.ofMillis(100));
    }

    /** One call runs when the server says to go away, and a second one crosses that on its way. */
    private void assertServesCallsThatCrossTheFarewell(RawHttp2 client, Runnable farewell) throws Exception {
        int first = client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream running = admitted();
        farewell.run();
        client.goAway();
        int second = client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream late = admitted();

        running.emit(PlayedGenerator.step(0, 1, true)).emit(new GenerationEvent.Finished(1, 0, 1));
        late.emit(PlayedGenerator.step(0, 1, true)).emit(new GenerationEvent.Finished(1, 0, 1));

        assertThat(client.answer(first).status()).isZero();
        assertThat(client.answer(second).status()).isZero();
        client.awaitClose();
    }

    private RawHttp2 connect(ConnectionCare.Terms terms) throws Exception {
        return connect(server(terms));
    }

    private DoorServer server(ConnectionCare.Terms terms) {
        DoorServer server = new DoorServer(Open.entrance(generator), terms);
        opened.add(server);
        return server;
    }

    private RawHttp2 connect(DoorServer server) throws Exception {
        RawHttp2 client = new RawHttp2(server.port());
        opened.add(client);
        return client;
    }

    private ScriptedStream admitted() throws InterruptedException {
        ScriptedStream stream = generator.streams().poll(20, TimeUnit.SECONDS);
        assertThat(stream).isNotNull();
        return stream;
    }
}
