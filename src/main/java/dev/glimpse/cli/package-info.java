/** The commands, and the one place where everything is put together. */
@NullMarked
package dev.glimpse.cli;

import org.jspecify.annotations.NullMarked;
