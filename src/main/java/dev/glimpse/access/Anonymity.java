package dev.glimpse.access;

/** From where the server answers callers without a key. */
public enum Anonymity {
    /** From this machine only. */
    LOOPBACK,
    /** From everywhere. */
    ALWAYS,
    /** From nowhere. */
    NEVER
}
