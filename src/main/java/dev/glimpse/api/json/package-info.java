/** The JSON of requests, events and failures, the same at every door that speaks it. */
@NullMarked
package dev.glimpse.api.json;

import org.jspecify.annotations.NullMarked;
