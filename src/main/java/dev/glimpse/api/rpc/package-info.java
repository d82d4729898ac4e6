/**
 * What any service needs of a gRPC call: requests within their bounds, one end, deadlines, and statuses with details.
 */
@NullMarked
package dev.glimpse.api.rpc;

import org.jspecify.annotations.NullMarked;
