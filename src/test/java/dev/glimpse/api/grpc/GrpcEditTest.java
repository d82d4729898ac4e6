package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import com.google.rpc.PreconditionFailure;
import dev.glimpse.api.LiveService;
import dev.glimpse.api.grpc.WireClient.Outcome;
import glimpse.wire.v1.Colorize;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GlimpseGrpcClient;
import glimpse.wire.v1.ImageFormat;
import glimpse.wire.v1.Inpaint;
import glimpse.wire.v1.Interpolate;
import glimpse.wire.v1.Picture;
import glimpse.wire.v1.Sampler;
import glimpse.wire.v1.SessionEvent;
import glimpse.wire.v1.SessionRequest;
import glimpse.wire.v1.Stroke;
import glimpse.wire.v1.Upscale;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Edits from the wire to the picture, with the model that comes with the program. */
class GrpcEditTest {
    private static final int SIDE = 28;
    private static LiveService live;
    private static DoorServer door;
    private static WireClient client;

    @BeforeAll
    static void start() throws Exception {
        live = new LiveService();
        door = new DoorServer(live.generator());
        client = new WireClient(door.port());
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        door.close();
        live.close();
    }

    @Test
    void whereTheMaskIsBlackThePictureIsTheClientsToTheBit() throws Exception {
        List<GenerateEvent> events = run(inpaint());
        assertThat(events.get(0).getAccepted().getSampler()).isEqualTo(Sampler.SAMPLER_CM);
        byte[] picture = last(events, 0);
        byte[] given = stripes();
        int anew = 0;
        for (int i = 0; i < picture.length; i++) {
            if (i % SIDE < SIDE / 2) {
                // 8 bits to floats and back, cut off, may lose one.
                assertThat((given[i] & 255) - (picture[i] & 255)).isBetween(0, 1);
            } else if (picture[i] != given[i]) {
                anew++;
            }
        }
        assertThat(anew).isGreaterThan(SIDE * SIDE / 4);
    }

    @Test
    void sameSeedGivesTheSameBytesAloneAndInCompany() throws Exception {
        byte[] alone = last(run(inpaint()), 0);
        CompletableFuture<Void> running = new CompletableFuture<>();
        try (WireClient other = new WireClient(door.port())) {
            CompletableFuture<List<GenerateEvent>> company = other.generate(
                    GenerateRequest.newBuilder()
                            .setSteps(32)
                            .setCount(3)
                            .setSeed(1)
                            .build(),
                    event -> running.complete(null));
            running.get(30, TimeUnit.SECONDS);
            List<GenerateEvent> events = run(inpaint());
            assertThat(events.stream().filter(GenerateEvent::hasStep))
                    .anyMatch(event -> event.getStep().getBatchRows() > 2);
            assertThat(last(events, 0)).isEqualTo(alone);
            company.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void upscaledPictureKeepsTheMeansOfItsBlocks() throws Exception {
        EditRequest request = EditRequest.newBuilder()
                .setGenerate(base().setImageFormat(ImageFormat.IMAGE_FORMAT_RAW_F32))
                .setUpscale(Upscale.newBuilder().setImage(raw(stripes())).setFactor(4))
                .build();
        byte[] floats = last(run(request), 0);
        var values = ByteBuffer.wrap(floats).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        for (int block = 0; block < 49; block++) {
            double mean = 0;
            double expected = 0;
            for (int i = 0; i < 16; i++) {
                int at = (block / 7 * 4 + i / 4) * SIDE + block % 7 * 4 + i % 4;
                mean += values.get(at) / 16;
                expected += ((stripes()[at] & 255) / 127.5 - 1) / 16;
            }
            assertThat(Math.abs(mean - expected)).isLessThan(1e-5);
        }
    }

    @Test
    void strokeBeginsAtItsOwnLevel() throws Exception {
        EditRequest request = EditRequest.newBuilder()
                .setGenerate(base())
                .setStroke(Stroke.newBuilder().setImage(raw(stripes())).setStartT(1.5))
                .build();
        List<GenerateEvent> events = run(request);
        assertThat(events.get(0).getAccepted().getSteps(0).getT()).isEqualTo(1.5);
        assertThat(last(events, 0)).hasSize(SIDE * SIDE);
    }

    @Test
    void interpolationBeginsAndEndsWithThePicturesOfItsSeeds() throws Exception {
        GenerateRequest.Builder three = base().setCount(3);
        List<GenerateEvent> path = run(EditRequest.newBuilder()
                .setGenerate(three)
                .setInterpolate(Interpolate.newBuilder().setToSeed(8))
                .build());
        assertThat(path.get(0).getAccepted().getLabelsList()).hasSize(3).containsOnly(1);
        assertThat(last(path, 0)).isEqualTo(last(client.generate(base().build()).messages(), 0));
        assertThat(last(path, 2))
                .isEqualTo(last(client.generate(base().setSeed(8).build()).messages(), 0));
    }

    @Test
    void editThatTheModelCannotDoIsRefusedByItsField() throws Exception {
        assertRefused(
                EditRequest.newBuilder().setColorize(Colorize.newBuilder().setImage(raw(stripes()))),
                "colorize",
                "edit: colorize (expected: inpaint, upscale, stroke or interpolate, as the model's pictures are grey)");
        assertRefused(
                EditRequest.newBuilder()
                        .setUpscale(
                                Upscale.newBuilder().setImage(raw(stripes())).setFactor(5)),
                "upscale.factor",
                "edit.factor: 5 (expected: at least 2, dividing 28 x 28)");
        assertRefused(
                EditRequest.newBuilder().setStroke(Stroke.newBuilder().setImage(raw(new byte[3]))),
                "stroke.image",
                "edit.image: 3 bytes (expected: 784 = 28 x 28 x 1)");
        assertRefused(
                EditRequest.newBuilder().setStroke(Stroke.getDefaultInstance()),
                "stroke.image",
                "edit.image: 0 bytes (expected: a PNG file)");
        assertRefused(
                EditRequest.newBuilder().setInterpolate(Interpolate.getDefaultInstance()),
                "generate.count",
                "count: 1 (expected: at least 2 for interpolate)");
        assertRefused(
                EditRequest.newBuilder(),
                "edit",
                "edit: none (expected: one of inpaint, colorize, upscale, stroke, interpolate, begin)");
    }

    @Test
    void editGoesOnWithItsTokenAndItsPictures() throws Exception {
        List<GenerateEvent> events = run(inpaint());
        String token = events.get(1).getStep().getResumeToken();
        GenerateRequest.Builder again = GenerateRequest.newBuilder().setResumeToken(token);
        assertThat(last(run(inpaint().toBuilder().setGenerate(again).build()), 0))
                .isEqualTo(last(events, 0));
        Outcome<GenerateEvent> bare = client.generate(again.build());
        assertThat(bare.details().getMessage()).startsWith("edit: absent (expected: the edit that the token");
        Outcome<GenerateEvent> other = client.call(
                GlimpseGrpcClient.Edit,
                EditRequest.newBuilder()
                        .setGenerate(again)
                        .setStroke(Stroke.newBuilder().setImage(raw(stripes())))
                        .build());
        assertThat(other.details().getCode()).isEqualTo(GrpcStatus.FAILED_PRECONDITION.code);
        assertThat(other.details().getDetails(0).is(PreconditionFailure.class)).isTrue();
    }

    @Test
    void sessionBeginsAnEditAndGoesOnWithOne() throws Exception {
        byte[] picture = last(run(inpaint()), 0);
        List<SessionEvent> begun = session(inpaint());
        assertThat(picture(begun)).isEqualTo(picture);
        String token = begun.get(1).getStep().getResumeToken();
        EditRequest again = inpaint().toBuilder()
                .setGenerate(GenerateRequest.newBuilder().setResumeToken(token))
                .build();
        assertThat(picture(session(again))).isEqualTo(picture);
    }

    private static byte[] picture(List<SessionEvent> events) {
        return events.stream()
                .filter(event -> event.getStep().getLast())
                .map(event -> event.getStep().getImage().toByteArray())
                .findFirst()
                .orElseThrow();
    }

    /** Every event of a session that does one edit. */
    private static List<SessionEvent> session(EditRequest edit) throws Exception {
        SessionRequest request =
                SessionRequest.newBuilder().setId("e").setEdit(edit).build();
        return client.<SessionRequest, SessionEvent>call(GlimpseGrpcClient.Session, request)
                .messages();
    }

    private static void assertRefused(EditRequest.Builder request, String field, String message) throws Exception {
        Outcome<GenerateEvent> outcome = client.call(GlimpseGrpcClient.Edit, request.build());
        assertThat(outcome.messages()).isEmpty();
        assertThat(outcome.details().getMessage()).isEqualTo(message);
        for (Any detail : outcome.details().getDetailsList()) {
            if (detail.is(BadRequest.class)) {
                assertThat(detail.unpack(BadRequest.class).getFieldViolations(0).getField())
                        .isEqualTo(field);
                return;
            }
        }
        throw new AssertionError("no field is named: " + outcome.details());
    }

    private static List<GenerateEvent> run(EditRequest request) throws Exception {
        Outcome<GenerateEvent> outcome = client.call(GlimpseGrpcClient.Edit, request);
        assertThat(outcome.code()).as("%s", outcome.details()).isZero();
        return outcome.messages();
    }

    private static byte[] last(List<GenerateEvent> events, int sample) {
        return events.stream()
                .filter(event -> event.hasStep()
                        && event.getStep().getLast()
                        && event.getStep().getSample() == sample)
                .map(event -> event.getStep().getImage().toByteArray())
                .findFirst()
                .orElseThrow();
    }

    private static EditRequest inpaint() {
        byte[] mask = new byte[SIDE * SIDE];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (i % SIDE < SIDE / 2 ? 0 : 255);
        }
        return EditRequest.newBuilder()
                .setGenerate(base())
                .setInpaint(Inpaint.newBuilder().setImage(raw(stripes())).setMask(raw(mask)))
                .build();
    }

    private static GenerateRequest.Builder base() {
        return GenerateRequest.newBuilder()
                .setSteps(5)
                .setSeed(3)
                .setClassIndex(1)
                .setImageFormat(ImageFormat.IMAGE_FORMAT_RAW_U8);
    }

    private static Picture raw(byte[] pixels) {
        return Picture.newBuilder()
                .setData(ByteString.copyFrom(pixels))
                .setFormat(pixels.length == 0 ? ImageFormat.IMAGE_FORMAT_PNG : ImageFormat.IMAGE_FORMAT_RAW_U8)
                .build();
    }

    private static byte[] stripes() {
        byte[] pixels = new byte[SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / SIDE * 9);
        }
        return pixels;
    }
}
