package dev.glimpse.image;

/** How a picture's bytes are laid out. */
public enum ImageFormat {
    /** A PNG file: 8-bit grey for one channel, 8-bit RGB for three. */
    PNG,
    /** One byte a value, height x width x channels, no header. */
    RAW_U8,
    /**
     * Little-endian 32-bit floats as the model gave them, nominally in [-1, 1], channels x height x width, no header.
     */
    RAW_F32
}
