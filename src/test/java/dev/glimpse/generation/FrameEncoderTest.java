package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.model.ModelSpec;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FrameEncoderTest {
    private static final ModelSpec SPEC = new ModelSpec(1, 2, 2, List.of(), 0.002, 80, 0.5, 7, true);
    /** Of mean 0, which goes where they are cut off at 1. */
    private static final float[] BRIGHT = {3, -1, -1, -1};

    private final PlannedRequest upscale = upscale();

    /** To a picture whose only block is of the middle level. */
    private static PlannedRequest upscale() {
        RequestResolver resolver = new RequestResolver(
                () -> new ModelCatalog(List.of(new ModelSource("plain", "1", SPEC, new GaussianEngine()))),
                Settings.of(1),
                new ResumeTokens(Settings.of(1).resume(), Settings.LIMITS, InstantSource.system()),
                new SecureRandom());
        byte[] grey = {(byte) 128, 127, (byte) 128, 127};
        Resolution resolution = resolver.resolve(Requests.steps(2)
                .anyLabel()
                .of("plain", "1")
                .with(new EditRequest.Upscale(new EditRequest.Picture(grey, ImageFormat.RAW_U8), 2)));
        return ((Resolution.Resolved) resolution).request();
    }

    @Test
    void blockKeepsItsMeanInPixelsThatAreCutOffAndValuesStayAsTheyAre() {
        assertThat(mean(encoded(true, PreviewKind.FREE, ImageFormat.RAW_U8))).isBetween(126.5, 127.5);
        assertThat(mean(encoded(false, PreviewKind.FREE, ImageFormat.RAW_U8))).isBetween(126.5, 127.5);
        assertThat(Core.floats(encoded(true, PreviewKind.FREE, ImageFormat.RAW_F32)))
                .isEqualTo(BRIGHT);
    }

    @Test
    void noisyStateIsShownAsItIs() {
        assertThat(encoded(false, PreviewKind.STATE, ImageFormat.RAW_U8)).containsExactly(255, 0, 0, 0);
    }

    private static double mean(byte[] pixels) {
        double sum = 0;
        for (byte pixel : pixels) {
            sum += pixel & 255;
        }
        return sum / pixels.length;
    }

    private byte[] encoded(boolean last, PreviewKind kind, ImageFormat format) {
        Vertx vertx = Vertx.vertx();
        try {
            GenerationRequest shown = upscale.recipe().request().shown(kind, format);
            PlannedRequest asking = new PlannedRequest(
                    new Recipe(shown, List.of()),
                    SPEC,
                    upscale.accepted(),
                    upscale.paths(),
                    upscale.progress(),
                    upscale.issuer(),
                    upscale.timeout(),
                    upscale.edit(),
                    upscale.repeatable());
            Frame frame = new Frame(
                    0,
                    1,
                    last,
                    false,
                    80,
                    0.002,
                    1,
                    new Frame.Forward(1, 1, 1),
                    kind,
                    new FramePicture(BRIGHT.clone()));
            FrameEncoder encoder = new FrameEncoder(vertx.createSharedWorkerExecutor("encoders", 1), SPEC);
            return Core.await(encoder.encode(frame, List.of(1), asking, 0)).image();
        } finally {
            Core.await(vertx.close());
        }
    }
}
