/** The HTTP door: the page, and what a client may want to know before it asks for a picture. */
@NullMarked
package dev.glimpse.api.http;

import org.jspecify.annotations.NullMarked;
