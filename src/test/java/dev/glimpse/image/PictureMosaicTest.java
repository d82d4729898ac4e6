package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PictureMosaicTest {
    private static final PictureShape SHAPE = new PictureShape(1, 1, 2);

    @Test
    void pixelsBecomeSquaresAndPicturesFillRowsFromTheTopLeft() {
        PictureMosaic mosaic = new PictureMosaic(SHAPE, 2, 2, 1);

        assertThat(mosaic.whole(3)).isEqualTo(new PictureShape(1, 5, 9));
        assertThat(mosaic.pixels(List.of(new byte[] {1, 2}, new byte[] {3, 4}, new byte[] {5, 6})))
                .containsExactly(
                        1, 1, 2, 2, 0, 3, 3, 4, 4, //
                        1, 1, 2, 2, 0, 3, 3, 4, 4, //
                        0, 0, 0, 0, 0, 0, 0, 0, 0, //
                        5, 5, 6, 6, 0, 0, 0, 0, 0, //
                        5, 5, 6, 6, 0, 0, 0, 0, 0);
    }

    @Test
    void coloursStayTogether() {
        PictureMosaic mosaic = new PictureMosaic(new PictureShape(3, 1, 1), 1, 2, 0);

        assertThat(mosaic.pixels(List.of(new byte[] {1, 2, 3}))).containsExactly(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3);
    }

    @Test
    void aPictureWithoutPixelsLeavesItsPlaceBlack() {
        assertThat(new PictureMosaic(SHAPE, 2, 1, 0).pixels(List.of(new byte[0], new byte[] {3, 4})))
                .containsExactly(0, 0, 3, 4);
    }

    @Test
    void picturesAreEnlargedAsFarAsTheirSideReachesAndNeverMadeSmaller() {
        assertThat(PictureMosaic.ofSide(new PictureShape(1, 20, 30), 1, 100, 0).scale())
                .isEqualTo(3);
        assertThat(PictureMosaic.ofSide(new PictureShape(1, 256, 256), 1, 100, 0)
                        .scale())
                .isEqualTo(1);
    }

    @Test
    void aGridWithoutColumnsIsRefused() {
        assertThatThrownBy(() -> new PictureMosaic(SHAPE, 0, 1, 0)).hasMessage("columns: 0 (expected: at least 1)");
    }
}
