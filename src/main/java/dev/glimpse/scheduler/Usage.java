package dev.glimpse.scheduler;

/** The devices' time that forwards have taken lately, an exponential average. */
final class Usage {
    private final double periodNanos;
    /** Devices that were busy. */
    private double devices;

    private long atNanos;

    Usage(long periodNanos) {
        this.periodNanos = periodNanos;
    }

    void took(long nanos, long nowNanos) {
        devices = devices(nowNanos) + nanos / periodNanos;
        atNanos = nowNanos;
    }

    /** How many devices were busy, on average. */
    double devices(long nowNanos) {
        return devices == 0 ? 0 : devices * Math.exp(Math.min(0, atNanos - nowNanos) / periodNanos);
    }
}
