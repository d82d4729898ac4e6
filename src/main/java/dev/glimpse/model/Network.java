package dev.glimpse.model;

/** The definition of a raw network F, written once for every {@linkplain NetworkOps reading}. */
sealed interface Network permits SongUNet, AdmUNet {
    static Network of(NetworkConfig config) {
        if (config instanceof SongUNetConfig song) {
            return new SongUNet(song);
        }
        return new AdmUNet((AdmUNetConfig) config);
    }

    NetworkConfig config();

    /** What a time enters the network as: [B] from times [B]. */
    <T> T noise(NetworkOps<T> ops, T time);

    /** Whether the network gives numbers for s = 0, at which its conditioning is a logarithm of 0. */
    boolean finiteAtZero();

    /**
     * The raw network F.
     *
     * @param x scaled state [B, C, H, W]
     * @param noiseT {@link #noise} of t, [B]
     * @param noiseS {@link #noise} of s, [B]; ignored by a network that doesn't jump
     * @param labels one-hot rows times sqrt(classes), [B, classes]; rows of zeros for no class; ignored without classes
     * @return [B, C, H, W]
     */
    <T> T forward(NetworkOps<T> ops, T x, T noiseT, T noiseS, T labels);
}
