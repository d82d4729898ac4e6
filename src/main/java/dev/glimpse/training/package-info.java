/**
 * Trains consistency trajectory models: data sets, losses, moving averages and resumable runs.
 *
 * <p>A run is a loop of steps on one thread with a pool of shard threads; everything random in it comes from its seed.
 */
@NullMarked
package dev.glimpse.training;

import org.jspecify.annotations.NullMarked;
