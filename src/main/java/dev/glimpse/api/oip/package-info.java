/**
 * The door for clients of the Open Inference Protocol, version 2, over REST and gRPC: what they call inputs are a
 * request's fields, and pictures are tensors.
 */
@NullMarked
package dev.glimpse.api.oip;

import org.jspecify.annotations.NullMarked;
