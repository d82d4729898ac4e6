package dev.glimpse.observability;

/**
 * Whose requests are watched.
 *
 * @param door by which they come
 * @param tenant in whose name; for logs, and never a label of a metric
 */
record Visitor(String door, String tenant) {}
