/**
 * What any door over plain HTTP needs of a request that takes its time: one end, a client that may leave, and events.
 */
@NullMarked
package dev.glimpse.api.web;

import org.jspecify.annotations.NullMarked;
