package dev.glimpse.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Pictures and their classes as a NumPy archive, laid out as the evaluators of diffusion models read it: {@code arr_0}
 * holds unsigned bytes, pictures x height x width x channels, and {@code arr_1}, for models with classes, their indices
 * as 64-bit integers.
 */
public final class NpzFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    /** Where the values of an array begin is a multiple of this, so that they can be mapped. */
    private static final int ALIGNMENT = 64;

    private NpzFile() {}

    /**
     * Writes the archive.
     *
     * @param pictures each height x width x channels
     * @param labels class of each picture; empty: there are no classes
     */
    public static void write(OutputStream out, PictureShape shape, List<byte[]> pictures, List<Integer> labels)
            throws IOException {
        ZipOutputStream archive = new ZipOutputStream(out);
        begin(
                archive,
                "arr_0",
                "|u1",
                pictures.size() + ", " + shape.height() + ", " + shape.width() + ", " + shape.channels());
        for (byte[] picture : pictures) {
            archive.write(picture);
        }
        archive.closeEntry();
        if (!labels.isEmpty()) {
            begin(archive, "arr_1", "<i8", labels.size() + ",");
            ByteBuffer values = ByteBuffer.allocate(labels.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            labels.forEach(label -> values.putLong(label));
            archive.write(values.array());
            archive.closeEntry();
        }
        archive.finish();
    }

    private static void begin(ZipOutputStream archive, String name, String type, String extent) throws IOException {
        ZipEntry entry = new ZipEntry(name + ".npy");
        // A fixed time, so that the same pictures make the same file; a local one would depend on the machine's zone.
        entry.setTime(0);
        archive.putNextEntry(entry);
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + extent + "), }";
        // The header's length is two bytes long, and its end is a line feed.
        int unpadded = MAGIC.length + Short.BYTES + header.length() + 1;
        header += " ".repeat(Math.floorMod(-unpadded, ALIGNMENT)) + "\n";
        archive.write(MAGIC);
        archive.write(header.length());
        archive.write(header.length() >> Byte.SIZE);
        archive.write(header.getBytes(StandardCharsets.US_ASCII));
    }
}
