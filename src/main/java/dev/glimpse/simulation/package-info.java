/**
 * Runs the scheduler of the server in virtual time on devices that only take time, to size fleets and to compare
 * policies before they meet traffic.
 */
@NullMarked
package dev.glimpse.simulation;

import org.jspecify.annotations.NullMarked;
