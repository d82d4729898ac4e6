/** Who may ask this server for pictures. */
@NullMarked
package dev.glimpse.access;

import org.jspecify.annotations.NullMarked;
