package dev.glimpse.model;

/** What a person wants networks evaluated on. */
public enum DeviceWish {
    /** All GPUs that PyTorch can use, or else the CPU. */
    AUTO,
    CPU,
    /** All GPUs that PyTorch can use, and nothing else. */
    GPU
}
