package dev.glimpse.model;

/**
 * A block of values in a checkpoint of PyTorch, which tensors are windows into.
 *
 * @param type how each value is stored
 * @param key the block's name within the file
 * @param size number of values
 */
record TorchStorage(ElementType type, String key, long size) {
    private static final String KEY = "[0-9A-Za-z_]{1,64}";

    TorchStorage {
        // The key becomes part of a member's name, so it must not be able to lead out of its directory.
        if (!key.matches(KEY)) {
            throw new IllegalArgumentException("storage: " + key + " (expected: a name of letters and digits)");
        }
        if (size < 0 || size > Long.MAX_VALUE / type.bytes()) {
            throw new IllegalArgumentException("storage " + key + ": " + size + " values (expected: at least 0)");
        }
    }

    long bytes() {
        return size * type.bytes();
    }
}
