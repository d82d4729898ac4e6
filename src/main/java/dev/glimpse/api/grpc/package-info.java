/**
 * The gRPC doors: the service {@code glimpse.v1.Glimpse} for clients, over HTTP/2 and gRPC-Web, and
 * {@code glimpse.v1.Admin} for operators, each beside the standard health service and reflection. This package turns
 * wire messages into requests and events into wire messages, and knows nothing of what lies between.
 */
@NullMarked
package dev.glimpse.api.grpc;

import org.jspecify.annotations.NullMarked;
