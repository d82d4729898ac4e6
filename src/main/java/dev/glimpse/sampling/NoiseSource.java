package dev.glimpse.sampling;

/** Where the noise of a step comes from: {@link dev.glimpse.math.NoiseStream}, or a recording of another program's. */
@FunctionalInterface
interface NoiseSource {
    /**
     * Adds {@code std} times standard normals to {@code x}.
     *
     * @param block which of the sample's normals; {@code k + 1} for step {@code k}
     */
    void addNoise(float[] x, float std, long seed, int sample, int block);
}
