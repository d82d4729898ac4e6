package dev.glimpse.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Saved networks that are not as Glimpse saves them. */
public final class ChangedArchive {
    private ChangedArchive() {}

    /** What stands in a file of the archive instead. */
    @FunctionalInterface
    public interface Change {
        byte[] of(String name, byte[] content);
    }

    /** The same archive with other files, none of them packed, as PyTorch wants them. */
    public static byte[] changed(byte[] archive, Change change) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(archive));
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = change.of(entry.getName(), in.readAllBytes());
                CRC32 checksum = new CRC32();
                checksum.update(content);
                ZipEntry stored = new ZipEntry(entry.getName());
                stored.setMethod(ZipEntry.STORED);
                stored.setSize(content.length);
                stored.setCrc(checksum.getValue());
                out.putNextEntry(stored);
                out.write(content);
            }
        }
        return bytes.toByteArray();
    }
}
