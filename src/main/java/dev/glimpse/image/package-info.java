/** Finished pictures as bytes: from a model's floats to pixels, files and grids of many. */
@NullMarked
package dev.glimpse.image;

import org.jspecify.annotations.NullMarked;
