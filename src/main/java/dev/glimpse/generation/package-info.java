/**
 * One request from admission to its last picture: the catalog of models, the dispatcher that feeds the devices, the
 * device workers, and the stream each client reads at its own pace.
 */
@NullMarked
package dev.glimpse.generation;

import org.jspecify.annotations.NullMarked;
