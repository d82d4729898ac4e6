package dev.glimpse.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads picture files of any size, PNG or JPEG, as the square pictures of one size that networks learn from.
 *
 * <p>The largest square in the middle is reduced by the mean over the area of each new pixel; nothing is enlarged.
 *
 * @param shape what the pictures become; as high as wide
 */
public record PictureFile(PictureShape shape) {
    /** Most pixels of a file: it may be small and its pixels many. So many take 400 MB once they are decoded. */
    static final int MAX_PIXELS = 1 << 27;

    /** Red, green and blue. */
    private static final int COLOURS = 3;

    /** Brightness as Rec. 601 and Pillow have it; that of edits is the official code's, which cuts a digit off. */
    private static final double[] LUMA = {0.299, 0.587, 0.114};

    /**
     * Pixels of a file, channels x height x width.
     *
     * @throws IOException if the bytes are no such file, or a smaller picture; the message tells what is wrong
     */
    public byte[] read(byte[] file) throws IOException {
        BufferedImage image = decode(file);
        int side = Math.min(image.getWidth(), image.getHeight());
        if (side < shape.width()) {
            throw new IOException(image.getWidth() + " x " + image.getHeight() + " pixels (expected: at least "
                    + shape.width() + " x " + shape.height() + ")");
        }
        byte[] pixels = new byte[shape.values()];
        Rows rows = new Rows(image, side);
        for (int y = 0; y < shape.height(); y++) {
            reduce(rows, y, pixels);
        }
        return pixels;
    }

    private static BufferedImage decode(byte[] file) throws IOException {
        try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("no picture (expected: PNG or JPEG)");
            }
            ImageReader reader = readers.next();
            try {
                DamageWatch damage = new DamageWatch();
                reader.addIIOReadWarningListener(damage);
                // Without metadata: a text of a few kilobytes may unpack to gigabytes.
                reader.setInput(in, true, true);
                requireFew(reader.getWidth(0), reader.getHeight(0));
                BufferedImage image = reader.read(0, asStored(reader));
                damage.requireNone();
                return image;
            } finally {
                reader.dispose();
            }
        } catch (RuntimeException e) {
            // Readers answer some broken files with whatever exception their parsing runs into.
            throw new IOException("broken picture (" + e.getMessage() + ")", e);
        }
    }

    /** Java leaves colours of a JPEG file with a profile as they are only where bands are asked for by number. */
    private static ImageReadParam asStored(ImageReader reader) throws IOException {
        ImageReadParam how = reader.getDefaultReadParam();
        Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
        if (reader.getFormatName().equals("JPEG")
                && types.hasNext()
                && types.next().getNumBands() == COLOURS) {
            how.setSourceBands(IntStream.range(0, COLOURS).toArray());
        }
        return how;
    }

    private static void requireFew(int width, int height) throws IOException {
        if ((long) width * height > MAX_PIXELS) {
            throw new IOException(
                    width + " x " + height + " pixels (expected: at most " + MAX_PIXELS + " pixels in all)");
        }
    }

    /** Makes one row of new pixels; a value's sum takes the old rows from the top, each from the left. */
    private void reduce(Rows rows, int y, byte[] pixels) {
        int side = rows.side;
        int size = shape.width();
        double scale = (double) side / size;
        double[][] sums = new double[shape.channels()][size];
        for (int row = (int) (y * scale); row < (y + 1) * scale; row++) {
            double height = Math.min(row + 1, (y + 1) * scale) - Math.max(row, y * scale);
            double[][] values = rows.read(Math.min(row, side - 1), shape.channels());
            for (int x = 0; x < size; x++) {
                for (int column = (int) (x * scale); column < (x + 1) * scale; column++) {
                    double width = Math.min(column + 1, (x + 1) * scale) - Math.max(column, x * scale);
                    for (int channel = 0; channel < sums.length; channel++) {
                        sums[channel][x] += height * width * values[channel][Math.min(column, side - 1)];
                    }
                }
            }
        }
        for (int channel = 0; channel < sums.length; channel++) {
            for (int x = 0; x < size; x++) {
                pixels[(channel * shape.height() + y) * size + x] =
                        (byte) Math.round(sums[channel][x] / (scale * scale));
            }
        }
    }

    /** The middle square of an image, read row after row, as all its values at once would take 24 bytes a pixel. */
    private static final class Rows {
        private final int side;
        private final int left;
        private final int top;
        private final BufferedImage image;
        private final boolean grey;
        private final boolean printed;
        private final boolean coloured;
        private final int bits;
        private final int[] packed;
        private final int[] inks;
        private final int[] samples;
        private final double[][] values;

        Rows(BufferedImage image, int side) {
            this.side = side;
            this.image = image;
            left = (image.getWidth() - side) / 2;
            top = (image.getHeight() - side) / 2;
            // Grey files' raster and not their colours: Java takes them for linear light and would brighten them.
            grey = RasterValues.areGrey(image);
            bits = image.getColorModel().getComponentSize(0);
            packed = new int[side];
            printed = RasterValues.areInks(image);
            inks = new int[printed ? RasterValues.INKS * side : 0];
            coloured = RasterValues.areColours(image);
            samples = new int[coloured ? side : 0];
            values = new double[COLOURS][side];
        }

        /** A row's values, of which the first {@code channels} planes count until the next is read. */
        double[][] read(int row, int channels) {
            if (grey) {
                image.getRaster().getSamples(left, top + row, side, 1, 0, packed);
                for (int x = 0; x < side; x++) {
                    packed[x] = 0x010101 * RasterValues.eightBits(packed[x], bits);
                }
            } else if (printed) {
                image.getRaster().getPixels(left, top + row, side, 1, inks);
                for (int x = 0; x < side; x++) {
                    packed[x] = RasterValues.colour(inks, RasterValues.INKS * x);
                }
            } else if (coloured) {
                readColours(top + row);
            } else {
                image.getRGB(left, top + row, side, 1, packed, 0, side);
            }
            for (int x = 0; x < side; x++) {
                int red = packed[x] >> 16 & 0xFF;
                int green = packed[x] >> 8 & 0xFF;
                int blue = packed[x] & 0xFF;
                boolean brightness = channels == 1 && !grey;
                values[0][x] = brightness ? LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue : red;
                values[1][x] = green;
                values[2][x] = blue;
            }
            return values;
        }

        /** Colours as the file holds them: Java would turn those of a profile into others. */
        private void readColours(int row) {
            Arrays.fill(packed, 0);
            for (int band = 0; band < COLOURS; band++) {
                image.getRaster().getSamples(left, row, side, 1, band, samples);
                for (int x = 0; x < side; x++) {
                    packed[x] = packed[x] << Byte.SIZE | RasterValues.eightBits(samples[x], bits);
                }
            }
        }
    }
}
