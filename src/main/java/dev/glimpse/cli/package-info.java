/**
 * The commands, and {@link dev.glimpse.cli.Server}, the one place where everything is put together. Results go to
 * standard output, everything else to standard error.
 */
@NullMarked
package dev.glimpse.cli;

import org.jspecify.annotations.NullMarked;
