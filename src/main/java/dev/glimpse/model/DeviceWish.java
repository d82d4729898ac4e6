package dev.glimpse.model;

/** What a person wants networks evaluated on. */
public enum DeviceWish {
    /** All GPUs that are found, or else the CPU. */
    AUTO,
    CPU,
    /** All GPUs that are found, and nothing else. */
    GPU
}
