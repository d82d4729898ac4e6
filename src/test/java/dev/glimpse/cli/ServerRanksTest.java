package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import glimpse.wire.v1.GenerateRequest;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests are told apart by the ranks of their keys: alerts know those that are meant to wait. */
class ServerRanksTest {
    @TempDir
    Path directory;

    @Test
    void aRequestIsCountedUnderTheRankOfItsKey() throws Exception {
        CommandLineRun person = CommandLineRun.of("key", "person");
        CommandLineRun night = CommandLineRun.of("key", "night");
        Path keys = Files.writeString(
                directory.resolve("keys.yaml"),
                person.out() + "  rank: interactive\n" + night.out() + "  rank: background\n");
        GenerateRequest request = GenerateRequest.newBuilder().setSteps(2).build();

        try (ObservedServer server = new ObservedServer(directory.resolve("models"), "access.keys-file=" + keys)) {
            server.grpc(request, Map.of("authorization", bearer(night)));
            server.webSocket(new JsonObject().put("steps", 2), Map.of("authorization", bearer(night)));
            server.grpc(request, Map.of("authorization", bearer(person)));
            server.grpc(request.toBuilder().setClassName("Hat").build(), Map.of());

            Scrape scrape = server.scrape();
            String requests = "glimpse_requests_total";
            String first = "glimpse_time_to_first_preview_seconds_count";
            assertThat(scrape.sum(requests, "outcome=\"ok\"", "rank=\"background\""))
                    .isEqualTo(2);
            assertThat(scrape.sum(requests, "outcome=\"ok\"", "rank=\"interactive\""))
                    .isEqualTo(1);
            assertThat(scrape.sum(requests, "outcome=\"invalid\"", "rank=\"standard\""))
                    .isEqualTo(1);
            assertThat(scrape.sum(requests)).isEqualTo(4);
            assertThat(scrape.sum(first, "rank=\"background\"")).isEqualTo(2);
            assertThat(scrape.sum(first, "rank=\"interactive\"")).isEqualTo(1);
            assertThat(scrape.sum(first)).isEqualTo(3);
        }
    }

    private static String bearer(CommandLineRun made) {
        return "Bearer " + made.out().lines().findFirst().orElseThrow().replaceFirst(".*: ", "");
    }
}
