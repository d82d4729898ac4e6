/** The walk from noise to a picture, one jump at a time: steps of many trajectories taken in one forward. */
@NullMarked
package dev.glimpse.sampling;

import org.jspecify.annotations.NullMarked;
