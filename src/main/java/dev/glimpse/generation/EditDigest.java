package dev.glimpse.generation;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Stands for an edit with all its pictures, byte for byte as the client sent them: the first half of SHA-256.
 *
 * @param bytes {@link #SIZE} of them
 */
record EditDigest(byte[] bytes) {
    static final int SIZE = 16;

    EditDigest {
        bytes = bytes.clone();
    }

    static EditDigest of(EditRequest edit) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(content)) {
            out.writeUTF(edit.getClass().getSimpleName());
            if (edit instanceof EditRequest.Inpaint inpaint) {
                write(inpaint.image(), out);
                write(inpaint.mask(), out);
            } else if (edit instanceof EditRequest.Colorize colorize) {
                write(colorize.image(), out);
            } else if (edit instanceof EditRequest.Upscale upscale) {
                write(upscale.image(), out);
                out.writeInt(upscale.factor());
            } else if (edit instanceof EditRequest.Stroke stroke) {
                write(stroke.image(), out);
                out.writeDouble(stroke.startTime().orElse(Double.NaN));
            } else if (edit instanceof EditRequest.Interpolate interpolate) {
                out.writeLong(interpolate.toSeed());
            } else if (edit instanceof EditRequest.Begin begin) {
                out.writeInt(begin.state().length);
                out.write(begin.state());
                out.writeDouble(begin.time().orElse(Double.NaN));
            } else if (edit instanceof EditRequest.Encode encode) {
                write(encode.image(), out);
                out.writeBoolean(encode.corrected());
                out.writeDouble(encode.endTime().orElse(Double.NaN));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new EditDigest(Arrays.copyOf(ResumeKeys.sha256(content.toByteArray()), SIZE));
    }

    private static void write(EditRequest.Picture picture, DataOutputStream out) throws IOException {
        out.writeUTF(picture.format().name());
        out.writeInt(picture.bytes().length);
        out.write(picture.bytes());
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EditDigest digest && Arrays.equals(bytes, digest.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes, 0, 4);
    }
}
