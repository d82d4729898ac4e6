/**
 * The gRPC door: the service {@code glimpse.v1.Glimpse} and the standard health service, over HTTP/2 and gRPC-Web. It
 * turns wire messages into generation requests and events into wire messages, and knows nothing of what lies between.
 */
@NullMarked
package dev.glimpse.api.grpc;

import org.jspecify.annotations.NullMarked;
