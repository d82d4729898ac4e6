/** Who may ask this server for pictures, and for how much. */
@NullMarked
package dev.glimpse.access;

import org.jspecify.annotations.NullMarked;
