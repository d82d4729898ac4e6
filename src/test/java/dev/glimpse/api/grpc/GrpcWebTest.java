package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrpcWebTest {
    private static final int TRAILERS = 0x80;

    @Test
    void aBrowserGetsTheSameEventsOverHttp11() throws Exception {
        List<GenerateEvent.EventCase> events = new ArrayList<>();
        String trailers = "";
        try (DoorServer server = new DoorServer(ScriptedGenerator.playing());
                DataInputStream body = new DataInputStream(generate(server.port()))) {
            for (int kind = body.read(); kind >= 0; kind = body.read()) {
                byte[] frame = body.readNBytes(body.readInt());
                if (kind == TRAILERS) {
                    trailers = new String(frame, StandardCharsets.UTF_8);
                } else {
                    events.add(GenerateEvent.parseFrom(frame).getEventCase());
                }
            }
        }

        assertThat(events)
                .containsExactly(
                        GenerateEvent.EventCase.ACCEPTED,
                        GenerateEvent.EventCase.STEP,
                        GenerateEvent.EventCase.STEP,
                        GenerateEvent.EventCase.FINISHED);
        assertThat(trailers).contains("grpc-status:0");
    }

    private static InputStream generate(int port) throws IOException, InterruptedException {
        byte[] message = GenerateRequest.newBuilder().setSteps(2).build().toByteArray();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + WireClient.GENERATE))
                .version(HttpClient.Version.HTTP_1_1)
                .header("content-type", "application/grpc-web+proto")
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        WireClient.frame(false, message).getBytes()))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }
}
