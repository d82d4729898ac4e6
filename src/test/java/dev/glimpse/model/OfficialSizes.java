package dev.glimpse.model;

import java.util.List;

/** The sizes of the three networks with released checkpoints, by the name of their golden list of keys. */
@SuppressWarnings("ImmutableEnumChecker")
enum OfficialSizes {
    CIFAR10_UNCOND(new SongUNetConfig(32, 3, 1, 0, 128, List.of(2, 2, 2), 4, List.of(16))),
    CIFAR10_COND(new SongUNetConfig(32, 3, 1, 10, 128, List.of(2, 2, 2), 4, List.of(16))),
    IMAGENET64(new AdmUNetConfig(64, 3, 1000, 192, List.of(1, 2, 3, 4), 3, List.of(32, 16, 8), 64, true));

    final NetworkConfig config;

    OfficialSizes(NetworkConfig config) {
        this.config = config;
    }
}
