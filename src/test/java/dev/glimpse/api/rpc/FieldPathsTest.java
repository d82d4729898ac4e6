package dev.glimpse.api.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.Inpaint;
import glimpse.wire.v1.KnotIndices;
import glimpse.wire.v1.KnotTimes;
import glimpse.wire.v1.LabelledPicture;
import glimpse.wire.v1.LikelihoodRequest;
import glimpse.wire.v1.OdeLikelihood;
import glimpse.wire.v1.Refine;
import glimpse.wire.v1.SampleRequest;
import glimpse.wire.v1.SessionRequest;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FieldPathsTest {
    private static final GenerateRequest PLAIN = GenerateRequest.getDefaultInstance();
    private static final EditRequest EDIT =
            EditRequest.newBuilder().setInpaint(Inpaint.getDefaultInstance()).build();

    static Stream<Arguments> fields() {
        GenerateRequest times = GenerateRequest.newBuilder()
                .setKnotTimes(KnotTimes.getDefaultInstance())
                .build();
        GenerateRequest indices = GenerateRequest.newBuilder()
                .setKnotIndices(KnotIndices.getDefaultInstance())
                .build();
        SessionRequest refinement = SessionRequest.newBuilder()
                .setRefine(Refine.newBuilder().setKnotTimes(KnotTimes.getDefaultInstance()))
                .build();
        LikelihoodRequest scored = LikelihoodRequest.newBuilder()
                .addPictures(LabelledPicture.newBuilder().setClassName("Ring"))
                .addPictures(LabelledPicture.newBuilder().setClassIndex(-1))
                .setOde(OdeLikelihood.getDefaultInstance())
                .build();
        SampleRequest sample = SampleRequest.newBuilder().setGenerate(indices).build();
        EditRequest noEdit = EditRequest.getDefaultInstance();
        SessionRequest begunEdit = SessionRequest.newBuilder().setEdit(noEdit).build();
        SessionRequest begun = SessionRequest.newBuilder().setStart(PLAIN).build();
        SampleRequest sampledEdit = SampleRequest.newBuilder().setEdit(EDIT).build();
        return Stream.of(
                Arguments.of(PLAIN, "steps", "steps"),
                Arguments.of(PLAIN, "churn.amount", "churn.amount"),
                Arguments.of(times, "knots", "knot_times"),
                Arguments.of(indices, "knots.grid", "knot_indices.grid"),
                Arguments.of(PLAIN, "knots", "knots"),
                Arguments.of(refinement, "knots", "refine.knot_times"),
                Arguments.of(EDIT, "count", "generate.count"),
                Arguments.of(EDIT, "edit", "inpaint"),
                Arguments.of(EDIT, "edit.mask", "inpaint.mask"),
                Arguments.of(EDIT, "edit.image.format", "inpaint.image.format"),
                Arguments.of(noEdit, "edit", "edit"),
                Arguments.of(SampleRequest.newBuilder().setEdit(noEdit).build(), "edit", "edit.edit"),
                Arguments.of(begunEdit, "edit", "edit.edit"),
                Arguments.of(begun, "edit", "edit"),
                Arguments.of(sample, "gamma", "generate.gamma"),
                Arguments.of(sample, "knots.grid", "generate.knot_indices.grid"),
                Arguments.of(sampledEdit, "seed", "edit.generate.seed"),
                Arguments.of(sampledEdit, "edit", "edit.inpaint"),
                Arguments.of(sampledEdit, "edit.image", "edit.inpaint.image"),
                Arguments.of(SampleRequest.getDefaultInstance(), "request", "request"),
                Arguments.of(scored, "pictures[1].class_index", "pictures[1].class_index"),
                Arguments.of(PLAIN, "elsewhere", "elsewhere"));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void pathLeadsThroughTheMessageThatWasSent(Message message, String name, String path) {
        assertThat(FieldPaths.of(message, name)).isEqualTo(path);
    }
}
