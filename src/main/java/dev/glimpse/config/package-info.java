/** Reads the settings once, at the start, and names the key when one is wrong. */
@NullMarked
package dev.glimpse.config;

import org.jspecify.annotations.NullMarked;
