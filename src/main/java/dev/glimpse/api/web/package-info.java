/**
 * What any door over plain HTTP needs of a request that takes its time: who may ask, one end, a client that may leave,
 * events, and errors; and what every connection is held to before there is a request.
 */
@NullMarked
package dev.glimpse.api.web;

import org.jspecify.annotations.NullMarked;
