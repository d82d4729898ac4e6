package dev.glimpse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Reads NumPy archives by the letter of NumPy's format 1.0. */
public final class NpzArrays {
    private static final Pattern HEADER =
            Pattern.compile("\\{'descr': '([^']+)', 'fortran_order': False, 'shape': \\(([^)]*)\\), \\} *\n");
    /** The magic number, two bytes of version, two of length. */
    private static final int PRELUDE = 10;

    private NpzArrays() {}

    /**
     * One array.
     *
     * @param extent as the header writes it
     * @param values in C order
     */
    public record Array(String type, String extent, byte[] values) {}

    /** Every array of an archive by its name. */
    public static Map<String, Array> read(byte[] file) throws IOException {
        Map<String, Array> arrays = new LinkedHashMap<>();
        try (ZipInputStream archive = new ZipInputStream(new ByteArrayInputStream(file))) {
            for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                assertThat(entry.getName()).endsWith(".npy");
                arrays.put(entry.getName().replace(".npy", ""), array(archive.readAllBytes()));
            }
        }
        return arrays;
    }

    private static Array array(byte[] bytes) {
        assertThat(bytes).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(PRELUDE - 2) & 0xFFFF;
        assertThat((PRELUDE + length) % 64).as("alignment").isZero();
        Matcher header = HEADER.matcher(new String(bytes, PRELUDE, length, StandardCharsets.US_ASCII));
        assertThat(header.matches()).as("header").isTrue();
        return new Array(header.group(1), header.group(2), Arrays.copyOfRange(bytes, PRELUDE + length, bytes.length));
    }
}
