package dev.glimpse.evaluation;

/**
 * A picture to be scored.
 *
 * @param index of the picture in its data set, at least 0; decides its noise
 * @param pixels 8-bit values, [C, H, W]; not written to
 * @param label class index, or -1 for none
 */
public record LabelledPicture(int index, byte[] pixels, int label) {}
