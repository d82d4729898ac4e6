package dev.glimpse.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.fleet.ResumingClient.Attempt;
import dev.glimpse.fleet.ResumingClient.Generation;
import dev.glimpse.testing.Envoy;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.PreviewKind;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two replicas with the same resume keys behind Envoy, and a rolling restart of both while clients ask without a pause.
 * Streams are far longer than the servers' grace, so that some are cut.
 */
// Its servers, proxy and clients take all processors, and streams race the grace.
@Tag("alone")
class RollingRestartIT {
    private static final int LONG = 64;
    private static final int SHORT = 2;
    private static final int CLIENTS = 4;
    private static final String GRACE = "200ms";

    @TempDir
    private static Path directory;

    private static List<Replica> replicas;
    private static Envoy envoy;
    private static ResumingClient client;
    private static final List<GenerateRequest> REQUESTS = requests();
    private static final List<Generation> UNDISTURBED = new ArrayList<>();
    private static final Map<GenerateRequest, List<Generation>> DISTURBED = new ConcurrentHashMap<>();
    private static final List<Integer> EXIT_STATUSES = new ArrayList<>();

    /** Completed by the next long stream that a replica sends a first picture of. */
    private static final Map<String, CompletableFuture<Void>> WAITERS = new ConcurrentHashMap<>();

    private static volatile boolean over;

    @BeforeAll
    static void restartUnderLoad() throws Exception {
        Path keys = directory.resolve("keys.txt");
        Files.writeString(keys, Base64.getEncoder().encodeToString(new byte[32]));
        replicas = Replica.start(
                2,
                directory,
                "--workers",
                "1",
                "--set",
                // Envoy asks for others.
                "access.anonymous=always",
                "--set",
                "resume.keys-file=" + keys,
                "--set",
                "server.shutdown-grace=" + GRACE);
        envoy = Envoy.before(directory, replicas.stream().map(Replica::place).toList());
        client = new ResumingClient(envoy.port(), RollingRestartIT::seen);
        for (GenerateRequest request : REQUESTS) {
            UNDISTURBED.add(client.generate(request).await(2, TimeUnit.MINUTES));
        }

        List<Future<Void>> loops = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            loops.add(ask(i));
        }
        for (Replica replica : replicas) {
            CompletableFuture<Void> streaming = new CompletableFuture<>();
            WAITERS.put(replica.address(), streaming);
            streaming.get(2, TimeUnit.MINUTES);
            EXIT_STATUSES.add(replica.restart());
            envoy.awaitReady(replicas.size());
        }
        over = true;
        Future.all(loops).await(2, TimeUnit.MINUTES);
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        envoy.close();
        replicas.forEach(Replica::close);
    }

    /** A long one for each client, and a short one for each. */
    private static List<GenerateRequest> requests() {
        List<GenerateRequest> requests = new ArrayList<>();
        for (int i = 0; i < 2 * CLIENTS; i++) {
            requests.add(GenerateRequest.newBuilder()
                    .setSeed(i)
                    .setClassIndex(i)
                    .setSteps(i < CLIENTS ? LONG : SHORT)
                    .setCount(1 + i % 2)
                    .setGamma(0.5)
                    .setPreview(PreviewKind.PREVIEW_KIND_FREE)
                    .build());
        }
        return requests;
    }

    /** Asks for the same two requests in turns until the restart is over. */
    private static Future<Void> ask(int index) {
        return ask(REQUESTS.get(index))
                .compose(v -> ask(REQUESTS.get(CLIENTS + index)))
                .compose(v -> over ? Future.succeededFuture() : ask(index));
    }

    private static Future<Void> ask(GenerateRequest request) {
        return client.generate(request)
                .onSuccess(generation -> DISTURBED
                        .computeIfAbsent(request, r -> new CopyOnWriteArrayList<>())
                        .add(generation))
                .mapEmpty();
    }

    private static void seen(Attempt attempt) {
        CompletableFuture<Void> waiter = WAITERS.get(attempt.replica());
        if (waiter != null && attempt.asked().getSteps() == LONG) {
            waiter.complete(null);
        }
    }

    @Test
    void bothReplicasEndCleanly() {
        assertThat(EXIT_STATUSES).containsExactly(0, 0);
    }

    @Test
    void everyPictureIsTheSameAsWithoutARestart() {
        for (int i = 0; i < REQUESTS.size(); i++) {
            Generation expected = UNDISTURBED.get(i);
            assertThat(DISTURBED.get(REQUESTS.get(i))).isNotEmpty().allSatisfy(generation -> {
                assertThat(generation.pictures().keySet())
                        .isEqualTo(expected.pictures().keySet());
                generation
                        .pictures()
                        .forEach((sample, picture) -> assertThat(picture)
                                .isEqualTo(expected.pictures().get(sample)));
            });
        }
    }

    @Test
    void aStreamEndsWithItsPicturesOrWithUnavailableAndAToken() {
        assertThat(attempts())
                .allSatisfy(attempt -> assertThat(attempt.status())
                        .as(attempt.toString())
                        .isIn(ResumingClient.OK, ResumingClient.UNAVAILABLE));
        assertThat(attempts())
                .filteredOn(attempt -> attempt.status() == ResumingClient.UNAVAILABLE && attempt.frames() > 0)
                .allSatisfy(attempt -> assertThat(attempt.token()).isNotEmpty());
    }

    @Test
    void streamsOfEachReplicaAreFinishedByTheOther() {
        for (Replica replica : replicas) {
            assertThat(DISTURBED.values().stream().flatMap(List::stream))
                    .as("cut by " + replica.address())
                    .anySatisfy(generation -> {
                        Attempt cut = generation.attempts().get(0);
                        Attempt last =
                                generation.attempts().get(generation.attempts().size() - 1);
                        assertThat(cut.replica()).isEqualTo(replica.address());
                        assertThat(cut.frames()).isPositive();
                        assertThat(cut.status()).isEqualTo(ResumingClient.UNAVAILABLE);
                        assertThat(last.replica()).isNotEqualTo(replica.address());
                        assertThat(last.asked().getResumeToken()).isEqualTo(cut.token());
                    });
        }
    }

    private static List<Attempt> attempts() {
        return DISTURBED.values().stream()
                .flatMap(List::stream)
                .flatMap(generation -> generation.attempts().stream())
                .toList();
    }
}
