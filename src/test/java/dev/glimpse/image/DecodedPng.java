package dev.glimpse.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** A PNG file as a client's decoder sees it: pixels height x width x channels. */
record DecodedPng(int width, int height, int channels, byte[] pixels) {
    static DecodedPng of(byte[] file) {
        try {
            BufferedImage image = ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(file)));
            Raster raster = image.getRaster();
            int[] samples = raster.getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
            byte[] pixels = new byte[samples.length];
            for (int i = 0; i < samples.length; i++) {
                pixels[i] = (byte) samples[i];
            }
            return new DecodedPng(image.getWidth(), image.getHeight(), raster.getNumBands(), pixels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int at(int x, int y, int channel) {
        return pixels[(y * width + x) * channels + channel] & 0xFF;
    }
}
