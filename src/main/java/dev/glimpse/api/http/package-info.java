/** The door for browsers and scripts: the page, what is served, and pictures over REST and server-sent events. */
@NullMarked
package dev.glimpse.api.http;

import org.jspecify.annotations.NullMarked;
