/**
 * Decides which waiting steps run together next. Plain Java that never reads a clock: every method that depends on time
 * is told what time it is, so the same code runs in the server, in tests and in simulations.
 */
@NullMarked
package dev.glimpse.scheduler;

import org.jspecify.annotations.NullMarked;
