/**
 * Sends requests to a running server when they are due, whether or not earlier ones have been answered, and tells how
 * long the answers took from then on.
 */
@NullMarked
package dev.glimpse.loadtest;

import org.jspecify.annotations.NullMarked;
