package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.QuotaFailure;
import com.google.rpc.Status;
import dev.glimpse.config.SettingsLoader;
import dev.glimpse.evaluation.CellSize;
import dev.glimpse.evaluation.Dequantisation;
import dev.glimpse.evaluation.DormandPrince;
import dev.glimpse.evaluation.LabelledPicture;
import dev.glimpse.evaluation.Likelihood;
import dev.glimpse.evaluation.LikelihoodSettings;
import dev.glimpse.evaluation.PictureLikelihood;
import dev.glimpse.evaluation.Probe;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.ModelDirectory;
import glimpse.wire.v1.BoundLikelihood;
import glimpse.wire.v1.GlimpseGrpcClient;
import glimpse.wire.v1.ImageFormat;
import glimpse.wire.v1.LikelihoodEvent;
import glimpse.wire.v1.LikelihoodRequest;
import glimpse.wire.v1.LikelihoodResult;
import glimpse.wire.v1.OdeLikelihood;
import glimpse.wire.v1.Picture;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Likelihoods of a whole server, next to those computed in this process. */
class ServerLikelihoodTest {
    private static final double TOLERANCE = 0.1;
    private static final int PROBES = 3;
    private static final long SEED = -5;
    private static final ModelDirectory MODEL = ModelDirectory.builtIn();

    private static Server server;
    private static Vertx vertx;
    private static Context context;
    private static String secret;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        CommandLineRun made = CommandLineRun.of("key", "poor");
        secret = made.out().lines().findFirst().orElseThrow().replaceFirst(".*: ", "");
        Path keys = Files.writeString(directory.resolve("keys.yaml"), made.out() + "  nfe-per-minute: 10\n");
        List<SettingsLoader.Flag> flags = List.of(
                new SettingsLoader.Flag("server.port", "0", "--set"),
                new SettingsLoader.Flag("server.admin-port", "0", "--set"),
                new SettingsLoader.Flag("devices.workers", "1", "--set"),
                new SettingsLoader.Flag("access.keys-file", keys.toString(), "--set"),
                new SettingsLoader.Flag("scoring.probes-per-turn", "2", "--set"));
        server = Server.start(SettingsLoader.load(Optional.empty(), Map.of(), flags), new CompletableFuture<>());
        vertx = Vertx.vertx();
        context = vertx.getOrCreateContext();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
        server.close();
    }

    /** How a call went. */
    private record Outcome(List<LikelihoodEvent> events, int code, Status details) {}

    @Test
    void odeGivesTheNumbersOfTheSameComputationInThisProcess() throws Exception {
        List<LikelihoodEvent> events = run(request(3)
                .setOde(OdeLikelihood.newBuilder().setTolerance(TOLERANCE).setProbes(PROBES)));
        List<PictureLikelihood> expected;
        LikelihoodSettings settings = new LikelihoodSettings(
                new DormandPrince(TOLERANCE), Dequantisation.UNIFORM, CellSize.EXACT, Probe.RADEMACHER, PROBES, SEED);
        try (DifferentiableDenoiser denoiser = MODEL.loadDifferentiable(ComputeDevice.cpu());
                Likelihood likelihood = new Likelihood(denoiser, settings)) {
            expected = likelihood.score(pictures(3), (evaluated, done) -> {});
        }
        assertSame(result(events), expected);
        LikelihoodResult result = result(events);
        assertThat(result.getEvaluations())
                .isEqualTo(expected.stream()
                        .mapToInt(PictureLikelihood::evaluations)
                        .sum());
        assertThat(result.getNfe()).isEqualTo((1L + PROBES) * result.getEvaluations());
        assertThat(result.getPictureError()).isPositive();
        assertProgress(events);
    }

    private static void assertProgress(List<LikelihoodEvent> events) {
        assertThat(events.get(0).getAccepted().getModel()).isEqualTo(MODEL.name());
        assertThat(events.get(0).getAccepted().getSeed()).isEqualTo(SEED);
        List<LikelihoodEvent> progress = events.subList(1, events.size() - 1);
        assertThat(progress).isNotEmpty().allMatch(event -> event.getProgress().hasT());
        assertThat(progress).extracting(event -> event.getProgress().getShare()).isSorted();
        assertThat(progress)
                .extracting(event -> event.getProgress().getEvaluations())
                .isSorted();
    }

    @Test
    void boundGivesTheNumbersOfTheSameComputationInThisProcess() throws Exception {
        LikelihoodResult result =
                result(run(request(5).setBound(BoundLikelihood.newBuilder().setPasses(3))));
        LikelihoodSettings settings = new LikelihoodSettings(
                new DormandPrince(1e-3), Dequantisation.UNIFORM, CellSize.EXACT, Probe.RADEMACHER, 1, SEED);
        try (DifferentiableDenoiser denoiser = MODEL.loadDifferentiable(ComputeDevice.cpu());
                Likelihood likelihood = new Likelihood(denoiser, settings)) {
            assertSame(result, likelihood.bound(pictures(5), 3, (evaluated, done) -> {}));
        }
        assertThat(result.getNfe()).isEqualTo(5 * 3 * 2);
    }

    @Test
    void whatATenantMayNotUseIsRefused() throws Exception {
        Outcome refused = call(
                request(2).setBound(BoundLikelihood.newBuilder().setPasses(10)).build(),
                Map.of("authorization", "Bearer " + secret));
        assertThat(refused.code()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED.code);
        assertThat(refused.details().getDetailsList())
                .filteredOn((Any detail) -> detail.is(QuotaFailure.class))
                .hasSize(1);
    }

    @Test
    void deadlineEndsIt() throws Exception {
        Outcome late = call(
                request(4).setOde(OdeLikelihood.newBuilder().setTolerance(1e-6)).build(),
                Map.of("grpc-timeout", "300m"));
        assertThat(late.code()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
    }

    @Test
    void clientThatLeavesMakesRoomForTheNext() throws Exception {
        // Minutes of work, and nobody else runs meanwhile.
        LikelihoodRequest endless = request(32)
                .setOde(OdeLikelihood.newBuilder().setTolerance(1e-6).setProbes(8))
                .build();
        Promise<Void> left = Promise.promise();
        context.runOnContext(v -> {
            GrpcClient client = GrpcClient.client(vertx);
            client.request(SocketAddress.inetSocketAddress(server.port(), "127.0.0.1"), GlimpseGrpcClient.Likelihood)
                    .compose(call -> call.send(endless)
                            .map(response -> response.handler(event -> {
                                if (event.hasProgress()) {
                                    call.cancel();
                                    left.tryComplete();
                                }
                            })))
                    .onFailure(left::tryFail);
        });
        left.future().await(60, TimeUnit.SECONDS);

        Outcome next = call(
                request(1).setBound(BoundLikelihood.newBuilder().setPasses(1)).build(), Map.of("grpc-timeout", "30S"));
        assertThat(next.code()).isZero();
    }

    @Test
    void whatCannotBeServedIsRefusedByItsField() throws Exception {
        assertThat(message(LikelihoodRequest.newBuilder())).isEqualTo("pictures: none (expected: at least 1)");
        assertThat(message(request(1).setOde(OdeLikelihood.newBuilder().setTolerance(2))))
                .isEqualTo("ode.tolerance: 2.0 (expected: 1.0E-7..1)");
        assertThat(message(request(1).setModel("none"))).isEqualTo("model: none (expected: one of fashion-mnist/1)");
        LikelihoodRequest.Builder broken = request(2);
        broken.getPicturesBuilder(1).setClassIndex(10);
        assertThat(message(broken)).isEqualTo("pictures[1].class_index: 10 (expected: 0..9)");
    }

    private static String message(LikelihoodRequest.Builder request) throws Exception {
        return call(request.build(), Map.of()).details().getMessage();
    }

    /** To the bit: the same rows in the same forwards, and the network of the model that serves pictures. */
    private static void assertSame(LikelihoodResult result, List<PictureLikelihood> expected) {
        assertThat(result.getPicturesCount()).isEqualTo(expected.size());
        double mean = 0;
        for (int i = 0; i < expected.size(); i++) {
            assertThat(result.getPictures(i).getBitsPerDimension())
                    .isEqualTo(expected.get(i).bitsPerDimension());
            assertThat(result.getPictures(i).getStandardError())
                    .isEqualTo(expected.get(i).standardError().orElseThrow());
            assertThat(result.getPictures(i).getPriorLogDensity())
                    .isEqualTo(expected.get(i).priorLogDensity());
            assertThat(result.getPictures(i).getEvaluations())
                    .isEqualTo(expected.get(i).evaluations());
            mean += expected.get(i).bitsPerDimension() / expected.size();
        }
        assertThat(Math.abs(result.getBitsPerDimension() - mean)).isLessThan(1e-12);
    }

    private static LikelihoodResult result(List<LikelihoodEvent> events) {
        LikelihoodEvent last = events.get(events.size() - 1);
        assertThat(last.hasResult()).isTrue();
        return last.getResult();
    }

    private static LikelihoodRequest.Builder request(int count) {
        LikelihoodRequest.Builder request = LikelihoodRequest.newBuilder().setSeed(SEED);
        for (LabelledPicture picture : pictures(count)) {
            request.addPicturesBuilder()
                    .setImage(Picture.newBuilder()
                            .setData(ByteString.copyFrom(picture.pixels()))
                            .setFormat(ImageFormat.IMAGE_FORMAT_RAW_U8))
                    .setClassIndex(picture.label());
        }
        return request;
    }

    private static List<LabelledPicture> pictures(int count) {
        List<LabelledPicture> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] uniforms = new double[MODEL.config().spec().dimension()];
            NoiseStream.scoringUniforms(uniforms, 99, i, 0);
            byte[] pixels = new byte[uniforms.length];
            for (int k = 0; k < pixels.length; k++) {
                pixels[k] = (byte) (uniforms[k] * 256);
            }
            pictures.add(new LabelledPicture(i, pixels, i % 10));
        }
        return pictures;
    }

    private static List<LikelihoodEvent> run(LikelihoodRequest.Builder request) throws Exception {
        Outcome outcome = call(request.build(), Map.of());
        assertThat(outcome.code()).as("%s", outcome.details()).isZero();
        return outcome.events();
    }

    private static Outcome call(LikelihoodRequest request, Map<String, String> metadata) throws Exception {
        Promise<Outcome> outcome = Promise.promise();
        context.runOnContext(v -> {
            GrpcClient client = GrpcClient.client(vertx);
            List<LikelihoodEvent> events = new ArrayList<>();
            client.request(SocketAddress.inetSocketAddress(server.port(), "127.0.0.1"), GlimpseGrpcClient.Likelihood)
                    .compose(call -> {
                        metadata.forEach(call.headers()::set);
                        return call.send(request);
                    })
                    .compose(response -> {
                        response.handler(events::add);
                        Promise<Outcome> ended = Promise.promise();
                        response.exceptionHandler(ended::tryFail);
                        response.endHandler(w -> {
                            MultiMap last = response.headers().contains("grpc-status")
                                    ? response.headers()
                                    : response.trailers();
                            ended.tryComplete(new Outcome(
                                    events,
                                    Integer.parseInt(last.get("grpc-status")),
                                    status(last.get("grpc-status-details-bin"))));
                        });
                        return ended.future();
                    })
                    .eventually(client::close)
                    .onComplete(outcome);
        });
        return outcome.future().await(120, TimeUnit.SECONDS);
    }

    private static Status status(String details) {
        try {
            return details == null
                    ? Status.getDefaultInstance()
                    : Status.parseFrom(Base64.getDecoder().decode(details));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
