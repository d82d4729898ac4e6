package dev.glimpse.observability;

import dev.glimpse.scheduler.Rank;

/**
 * Whose requests are watched.
 *
 * @param door by which they come
 * @param tenant in whose name; for logs, and never a label of a metric
 * @param rank of what is asked in that name
 */
record Visitor(String door, String tenant, Rank rank) {}
