/** What operators and their probes see of a running server. */
@NullMarked
package dev.glimpse.observability;

import org.jspecify.annotations.NullMarked;
