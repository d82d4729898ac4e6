/** The WebSocket door: JSON control messages in and out, one binary message for every picture. */
@NullMarked
package dev.glimpse.api.websocket;

import org.jspecify.annotations.NullMarked;
