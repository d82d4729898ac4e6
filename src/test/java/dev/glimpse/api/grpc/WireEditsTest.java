package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import glimpse.wire.v1.Churn;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.ImageFormat;
import glimpse.wire.v1.Inpaint;
import glimpse.wire.v1.Interpolate;
import glimpse.wire.v1.KnotIndices;
import glimpse.wire.v1.KnotTimes;
import glimpse.wire.v1.Picture;
import glimpse.wire.v1.Stroke;
import glimpse.wire.v1.Upscale;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What wire requests say of plans and of edits. */
class WireEditsTest {
    private static final Picture PICTURE = Picture.newBuilder()
            .setData(ByteString.copyFrom(new byte[] {1, 2}))
            .setFormat(ImageFormat.IMAGE_FORMAT_RAW_U8)
            .build();

    @Test
    void everyFieldOfAPlanIsRead() {
        PlanRequest heun = plan(GenerateRequest.newBuilder()
                .setSampler(glimpse.wire.v1.Sampler.SAMPLER_HEUN)
                .setChurn(
                        Churn.newBuilder().setAmount(3).setMinT(0.1).setMaxT(50).setNoise(1.003))
                .setKnotTimes(KnotTimes.newBuilder().addTimes(80).addTimes(0.002)));
        assertThat(heun.sampler()).contains(Sampler.HEUN);
        assertThat(heun.churn()).isEqualTo(new dev.glimpse.math.Churn(3, 0.1, 50, 1.003));
        assertThat(heun.knots()).isEqualTo(new Knots.Times(List.of(80.0, 0.002)));

        PlanRequest two = plan(GenerateRequest.newBuilder()
                .setSampler(glimpse.wire.v1.Sampler.SAMPLER_TWO_JUMP)
                .setKnotIndices(KnotIndices.newBuilder().setGrid(18).addAllIndices(List.of(0, 10, 8, 17))));
        assertThat(two.sampler()).contains(Sampler.TWO_JUMP);
        assertThat(two.knots()).isEqualTo(new Knots.OnGrid(18, List.of(0, 10, 8, 17)));

        PlanRequest paper = plan(
                GenerateRequest.newBuilder().setGamma(0.5).setGammaForm(glimpse.wire.v1.GammaForm.GAMMA_FORM_PAPER));
        assertThat(paper.form()).isEqualTo(GammaForm.PAPER);
    }

    @Test
    void stepsBesideKnotsAreRefused() {
        GenerateRequest.Builder both = GenerateRequest.newBuilder()
                .setSteps(1)
                .setKnotTimes(KnotTimes.newBuilder().addTimes(80).addTimes(0.002));
        assertThatThrownBy(() -> plan(both))
                .isInstanceOf(InvalidFieldException.class)
                .hasMessage("steps: 1 (expected: absent, since knots are given)");
    }

    @Test
    void everyEditIsRead() {
        var inpaint = (dev.glimpse.generation.EditRequest.Inpaint) edit(EditRequest.newBuilder()
                .setInpaint(Inpaint.newBuilder().setImage(PICTURE).setMask(Picture.getDefaultInstance())));
        assertThat(inpaint.image().bytes()).containsExactly(1, 2);
        assertThat(inpaint.image().format()).isEqualTo(dev.glimpse.image.ImageFormat.RAW_U8);
        assertThat(inpaint.mask().format()).isEqualTo(dev.glimpse.image.ImageFormat.PNG);

        var upscale = (dev.glimpse.generation.EditRequest.Upscale) edit(EditRequest.newBuilder()
                .setUpscale(Upscale.newBuilder().setImage(PICTURE).setFactor(4)));
        assertThat(upscale.factor()).isEqualTo(4);

        var stroke = (dev.glimpse.generation.EditRequest.Stroke) edit(EditRequest.newBuilder()
                .setStroke(Stroke.newBuilder().setImage(PICTURE).setStartT(1.5)));
        assertThat(stroke.startTime()).isEqualTo(OptionalDouble.of(1.5));

        assertThat(edit(EditRequest.newBuilder()
                        .setInterpolate(Interpolate.newBuilder().setToSeed(-1))))
                .isEqualTo(new dev.glimpse.generation.EditRequest.Interpolate(-1));
    }

    @Test
    void requestWithoutAnEditIsRefused() {
        assertThatThrownBy(() -> edit(EditRequest.newBuilder()))
                .hasMessage("edit: none (expected: one of inpaint, colorize, upscale, stroke, interpolate, begin)");
    }

    @Test
    void pictureInFloatsIsRefused() {
        Picture floats =
                PICTURE.toBuilder().setFormat(ImageFormat.IMAGE_FORMAT_RAW_F32).build();
        assertThatThrownBy(() -> edit(
                        EditRequest.newBuilder().setStroke(Stroke.newBuilder().setImage(floats))))
                .hasMessage("edit.image.format: 3 (expected: 0..2, unspecified, PNG or RAW_U8)");
    }

    private static PlanRequest plan(GenerateRequest.Builder wire) {
        return WireRequests.read(wire.build(), Optional.empty()).plan();
    }

    private static dev.glimpse.generation.EditRequest edit(EditRequest.Builder wire) {
        GenerationRequest request = WireEdits.read(wire.build(), Optional.empty());
        return request.edit().orElseThrow();
    }
}
