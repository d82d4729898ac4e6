package dev.glimpse.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.Open;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.api.web.SseReader;
import dev.glimpse.api.websocket.WebSocketEvents;
import dev.glimpse.generation.EditRequest;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.Submission;
import dev.glimpse.math.StepPlan;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class EventStreamTest extends GenerateEndpointFixture {
    private static final byte[] PICTURE = {(byte) 0xff, (byte) 0xfe, 1};

    @Test
    void everyEventComesWithItsNameAndTheTokenBehindIt() throws Exception {
        try (SseReader events = events(post("{'steps':2,'seed':7}"))) {
            ScriptedStream stream = generator.stream();
            StepPlan plan = stream.accepted().plan();
            stream.emit(ScriptedGenerator.stepped(0, 1, plan, PICTURE))
                    .emit(ScriptedGenerator.stepped(0, 2, plan, PICTURE))
                    .emit(new GenerationEvent.Finished(2, 0, 3_000_000));

            List<SseReader.Event> all = events.rest();

            assertThat(events.response().headers().firstValue("content-type"))
                    .contains("text/event-stream; charset=utf-8");
            assertThat(events.response().headers().firstValue("cache-control")).contains("no-store");
            assertThat(all).extracting(SseReader.Event::name).containsExactly("accepted", "step", "step", "finished");
            assertThat(all).extracting(SseReader.Event::id).containsExactly("begin", "step 1", "step 2", "end");
            assertThat(all)
                    .allSatisfy(
                            event -> assertThat(event.json().getString("type")).isEqualTo(event.name()));
            assertThat(Base64.getDecoder().decode(all.get(1).json().getString("image")))
                    .isEqualTo(PICTURE);
        }
    }

    @Test
    void eventsHaveTheJsonOfTheWebSocket() throws Exception {
        try (SseReader events = events(request("?steps=2&seed=7"))) {
            ScriptedStream stream = generator.stream();
            GenerationEvent.Stepped stepped =
                    ScriptedGenerator.stepped(0, 1, stream.accepted().plan(), PICTURE);
            GenerationEvent.Finished finished = new GenerationEvent.Finished(2, 1, 3_000_000);
            stream.emit(stepped).emit(finished);

            assertThat(events.next().json()).isEqualTo(WebSocketEvents.accepted(stream.accepted()));
            JsonObject step = events.next().json();
            step.remove("image");
            assertThat(step).isEqualTo(WebSocketEvents.stepped(stepped));
            assertThat(events.next().json()).isEqualTo(WebSocketEvents.finished(finished));
        }
    }

    @Test
    void previewsAreWantedUnlessTheRequestSaysOtherwise() throws Exception {
        try (SseReader events = events(request("?preview=free"))) {
            assertThat(events.response().statusCode()).isEqualTo(200);
            assertThat(generator.request().preview()).isEqualTo(PreviewKind.FREE);
        }
    }

    @Test
    void aReaderThatComesBackGoesOnBehindItsLastEvent() throws Exception {
        try (SseReader events = events(request("?steps=4&timeout_ms=700").header("Last-Event-ID", "token 3"))) {
            var resumed = generator.resumed();
            assertThat(resumed.token()).isEqualTo("token 3");
            assertThat(resumed.timeout()).contains(Duration.ofMillis(700));
            generator.stream().emit(new GenerationEvent.Finished(4, 0, 1));
            assertThat(events.rest()).hasSize(2);
        }
    }

    @Test
    void aReaderThatComesBackToAnEditBringsItsPicturesAlone() throws Exception {
        try (SseReader events = events(post("{'steps':4,'count':2,'edit':{'kind':'interpolate','to_seed':'9'}}")
                .header("Last-Event-ID", "token 3"))) {
            assertThat(generator.resumed())
                    .isEqualTo(new ResumeRequest(
                            "token 3", Optional.empty(), Optional.of(new EditRequest.Interpolate(9))));
            assertThat(events.response().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aReaderThatComesBackTooEarlyIsToldWhenToComeBackAgainAndFromWhere() throws Exception {
        generator.refuseResumes(new Failure.Overloaded(Duration.ofMillis(1500)));
        try (SseReader events = events(request("?steps=4").header("Last-Event-ID", "token 3"))) {
            assertThat(events.response().statusCode()).isEqualTo(200);
            SseReader.Event failed = events.next();
            assertThat(failed.name()).isEqualTo("failed");
            assertThat(failed.id()).isEqualTo("token 3");
            assertThat(failed.retry()).isEqualTo("1500");
            assertThat(failed.json().getString("code")).isEqualTo("resource_exhausted");
            assertThat(events.next()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"text/event-stream, token 3, 404", "text/event-stream, '', 503", "application/json, token 3, 503"})
    void aRefusalHasItsStatusWhereComingBackDoesNotHelpOrNobodyWould(String accept, String lastEvent, int status)
            throws Exception {
        Failure failure = status == 404
                ? new Failure.ModelNotFound("m", List.of("a"))
                : new Failure.Overloaded(Duration.ofMillis(1500));
        generator.answer(request -> Future.succeededFuture(new Submission.Refused(failure)));
        generator.refuseResumes(failure);

        HttpResponse<byte[]> response =
                send(request("").header("Accept", accept).header("Last-Event-ID", lastEvent));

        assertThat(response.statusCode()).isEqualTo(status);
    }

    @Test
    void aReaderThatComesBackBehindTheEndIsToldToStayAway() throws Exception {
        HttpResponse<byte[]> response =
                send(request("?steps=4").header("Accept", "text/event-stream").header("Last-Event-ID", "end"));

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(generator.waitingRequests()).isZero();
    }

    @Test
    void aFailureThatIsFinalEndsTheStreamForGood() throws Exception {
        try (SseReader events = events(request(""))) {
            generator.stream().emit(new GenerationEvent.Failed(new Failure.DeadlineExceeded()));

            SseReader.Event failed = events.rest().get(1);
            assertThat(failed.name()).isEqualTo("failed");
            assertThat(failed.id()).isEqualTo("end");
            assertThat(failed.json().getString("code")).isEqualTo("deadline_exceeded");
        }
    }

    @Test
    void whatIsShedComesBackWithItsLastTokenWhenThereIsRoom() throws Exception {
        try (SseReader events = events(request("?steps=3"))) {
            ScriptedStream stream = generator.stream();
            stream.emit(ScriptedGenerator.stepped(0, 1, stream.accepted().plan(), PICTURE))
                    .emit(new GenerationEvent.Failed(new Failure.Overloaded(Duration.ofMillis(1500))));

            SseReader.Event failed = events.rest().get(2);
            assertThat(failed.id()).isEqualTo("step 1");
            assertThat(failed.retry()).isEqualTo("1500");
            assertThat(failed.json().getString("code")).isEqualTo("resource_exhausted");
        }
    }

    @Test
    void aServerThatGoesAwaySendsItsReadersToAnotherWithTheirLastToken() throws Exception {
        try (SseReader events = events(request("?steps=3"))) {
            ScriptedStream stream = generator.stream();
            stream.emit(ScriptedGenerator.stepped(0, 1, stream.accepted().plan(), PICTURE))
                    .emit(new GenerationEvent.Failed(new Failure.Unavailable("draining", Duration.ofMillis(250))));

            SseReader.Event failed = events.rest().get(2);
            assertThat(failed.id()).isEqualTo("step 1");
            assertThat(failed.retry()).isEqualTo("250");
            assertThat(failed.json().getString("code")).isEqualTo("unavailable");
        }
    }

    @Test
    void aReaderThatLeavesFreesWhatItAskedFor() throws Exception {
        SseReader events = events(request("?steps=3"));
        ScriptedStream stream = generator.stream();
        events.next();

        events.close();

        stream.cancelled().get(10, TimeUnit.SECONDS);
    }

    @Test
    void nothingIsAskedOfTheCoreForAReaderThatDoesNotRead() throws Exception {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress("127.0.0.1", server.actualPort()));
            ask(socket, "?steps=64");
            ScriptedStream stream = generator.stream();
            byte[] large = new byte[1 << 20];
            StepPlan plan = stream.accepted().plan();
            for (int step = 1; step <= 64; step++) {
                stream.emit(ScriptedGenerator.stepped(0, step, plan, large));
            }

            // Far more bytes than any socket buffers: it is asked for what fits, and then for no more.
            int asked = settled(stream);
            assertThat(asked).isBetween(1, 32);
        }
        assertThat(generator.waitingRequests()).isOne();
    }

    @Test
    void aReaderThatTakesNothingForLongIsClosed() throws Exception {
        HttpServer impatient =
                start(Open.entrance(generator), new EventStreamSettings(Duration.ofMillis(50), Duration.ofMillis(200)));
        try (Socket socket = new Socket("127.0.0.1", impatient.actualPort())) {
            ask(socket, "?steps=64");
            ScriptedStream stream = generator.stream();
            for (int step = 1; step <= 64; step++) {
                stream.emit(ScriptedGenerator.stepped(0, step, stream.accepted().plan(), new byte[1 << 20]));
            }

            stream.cancelled().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aStreamWithNothingToTellShowsThatItLives() throws Exception {
        HttpServer talkative =
                start(Open.entrance(generator), new EventStreamSettings(Duration.ofMillis(20), Duration.ofSeconds(20)));
        try (Socket socket = new Socket("127.0.0.1", talkative.actualPort())) {
            socket.setSoTimeout(10_000);
            ask(socket, "");
            StringBuilder text = new StringBuilder();
            byte[] buffer = new byte[4096];
            while (!text.toString().contains("\n:\n\n")) {
                int read = socket.getInputStream().read(buffer);
                assertThat(read).isPositive();
                text.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1).replace("\r\n", "\n"));
            }
            assertThat(text).contains("event: accepted");
        }
    }

    private static void ask(Socket socket, String query) throws Exception {
        socket.getOutputStream()
                .write(("GET " + GenerateEndpoint.PATH + query
                                + " HTTP/1.1\r\nHost: here\r\nAccept: text/event-stream\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** How often the stream was asked, once that has not changed for a while. */
    private static int settled(ScriptedStream stream) throws Exception {
        int asked = -1;
        for (int same = 0; same < 4; ) {
            int now = stream.asked();
            same = now == asked && now > 0 ? same + 1 : 0;
            asked = now;
            assertThat(new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS)).isFalse();
        }
        return asked;
    }
}
