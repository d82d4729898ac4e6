package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.NpzArrays;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

class NpzFileTest {
    private static final PictureShape SHAPE = new PictureShape(3, 1, 2);
    private static final List<byte[]> PICTURES =
            List.of(new byte[] {1, 2, 3, 4, 5, 6}, new byte[] {7, 8, 9, -1, -2, -3});

    @Test
    void picturesAreUnsignedBytesOfFourDimensions() throws Exception {
        NpzArrays.Array pictures = NpzArrays.read(written(List.of())).get("arr_0");

        assertThat(pictures.type()).isEqualTo("|u1");
        assertThat(pictures.extent()).isEqualTo("2, 1, 2, 3");
        assertThat(pictures.values()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3);
    }

    @Test
    void classesAreIntegersOfSixtyFourBits() throws Exception {
        NpzArrays.Array labels = NpzArrays.read(written(List.of(8, 300))).get("arr_1");

        assertThat(labels.type()).isEqualTo("<i8");
        assertThat(labels.extent()).isEqualTo("2,");
        ByteBuffer values = ByteBuffer.wrap(labels.values()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(values.getLong()).isEqualTo(8);
        assertThat(values.getLong()).isEqualTo(300);
    }

    @Test
    void withoutClassesThereIsNoSecondArray() throws Exception {
        assertThat(NpzArrays.read(written(List.of()))).containsOnlyKeys("arr_0");
    }

    @Test
    void theSamePicturesMakeTheSameFileInEveryZone() throws Exception {
        byte[] here = written(List.of(1, 2));
        TimeZone zone = TimeZone.getDefault();
        try {
            for (String other : List.of("Pacific/Kiritimati", "America/Los_Angeles")) {
                TimeZone.setDefault(TimeZone.getTimeZone(other));
                assertThat(written(List.of(1, 2))).isEqualTo(here);
            }
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    private static byte[] written(List<Integer> labels) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        NpzFile.write(file, SHAPE, PICTURES, labels);
        return file.toByteArray();
    }
}
