/**
 * The networks, their preconditioned evaluation g(x, t, s) and their files. Tensors stay inside: what other packages
 * hand over and get back are plain arrays.
 */
@NullMarked
package dev.glimpse.model;

import org.jspecify.annotations.NullMarked;
