/** Times, step plans, preconditioning and counter-based noise in plain doubles and floats: no tensors, no clock. */
@NullMarked
package dev.glimpse.math;

import org.jspecify.annotations.NullMarked;
