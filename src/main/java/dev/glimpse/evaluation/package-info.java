/** How good a model's pictures are: Fréchet distance, precision and recall, likelihood. */
@NullMarked
package dev.glimpse.evaluation;

import org.jspecify.annotations.NullMarked;
