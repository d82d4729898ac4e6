package dev.glimpse.model;

/**
 * How the channels of an attention's 1x1 convolution hold queries, keys and values.
 *
 * @param count number of heads, a divisor of the channels
 * @param interleaved true: output 3c holds q, 3c + 1 holds k and 3c + 2 holds v of channel c; false: all of q, then all
 *     of k, then all of v, each head's channels side by side
 */
record Heads(int count, boolean interleaved) {}
