package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that start beside model versions nobody could serve. */
@Timeout(120)
class BrokenModelsTest {
    @TempDir
    private Path directory;

    /** Two versions that cannot be read: weights that are not those of the checksum, and settings that are no JSON. */
    private void writeBroken() throws IOException {
        Path changed = TinyModel.write(directory.resolve("tiny/2"));
        Files.write(changed.resolve("model.safetensors"), new byte[] {1}, StandardOpenOption.APPEND);
        Path cut = Files.createDirectories(directory.resolve("odd/1"));
        Files.writeString(cut.resolve("config.json"), "{");
        Files.write(cut.resolve("model.safetensors"), new byte[] {1});
    }

    @Test
    void brokenVersionsAreReportedAndTheOthersAreServed() throws Exception {
        writeBroken();
        try (ObservedServer server = new ObservedServer(directory, "models.default-name=odd")) {
            List<GenerateEvent> events =
                    server.grpc(GenerateRequest.newBuilder().setSteps(1).build(), Map.of());
            assertThat(events.get(0).getAccepted().getModel()).isEqualTo("tiny");
            assertThat(events.get(0).getAccepted().getModelVersion()).isEqualTo("1");
            assertThat(server.grpc(
                            GenerateRequest.newBuilder()
                                    .setModel("tiny")
                                    .setModelVersion("2")
                                    .build(),
                            Map.of()))
                    .isEmpty();
            assertThat(server.admin("/readyz").statusCode()).isEqualTo(200);
            assertThat(server.admin("/readyz").body().lines())
                    .hasSize(3)
                    .startsWith("ok")
                    .anyMatch(line -> line.startsWith("tiny/2 is broken: ") && line.contains("checksum"))
                    .anyMatch(line -> line.startsWith("odd/1 is broken: "));
            assertThat(server.scrape().sum("glimpse_models_broken")).isEqualTo(2);
            assertThat(server.admin("/v1/models").body()).contains("broken", "checksum");
        }
    }

    @Test
    void whenNoneIsGoodTheServerEndsWithOneLine() throws Exception {
        writeBroken();
        CommandLineRun run =
                CommandLineRun.of("serve", "--models", directory.toString(), "--port", "0", "--admin-port", "0");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("odd/1/config.json", "1 more, and none is good");
    }
}
