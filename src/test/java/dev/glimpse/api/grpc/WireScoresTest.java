package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.glimpse.generation.InvalidFieldException;
import glimpse.wire.v1.LabelledPicture;
import glimpse.wire.v1.LikelihoodRequest;
import glimpse.wire.v1.Picture;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WireScoresTest {
    private static final Picture IMAGE =
            Picture.newBuilder().setData(ByteString.copyFromUtf8("a picture")).build();

    @Test
    void anIndexThatNoModelHasIsToldWithItsPicture() {
        LikelihoodRequest request = LikelihoodRequest.newBuilder()
                .addPictures(LabelledPicture.newBuilder().setImage(IMAGE).setClassIndex(1))
                .addPictures(LabelledPicture.newBuilder()
                        .setImage(IMAGE)
                        .setClassIndex(Integer.parseUnsignedInt("4294967295")))
                .build();

        assertThatThrownBy(() -> WireScores.read(request, Optional.empty()))
                .hasMessage("pictures[1].class_index: 4294967295 (expected: at most 2147483647)")
                .isInstanceOfSatisfying(
                        InvalidFieldException.class,
                        refused -> assertThat(refused.field()).isEqualTo("pictures[1].class_index"));
    }
}
