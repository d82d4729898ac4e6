package dev.glimpse.access;

/**
 * The most that one tenant may use.
 *
 * @param trajectories running at once
 * @param nfePerMinute network evaluations that its requests may ask for, previews not counted
 * @param bytesPerMinute of pictures sent
 */
public record Quota(int trajectories, long nfePerMinute, long bytesPerMinute) {
    /** No bound but the server's own. */
    public static final Quota UNLIMITED = new Quota(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    public Quota {
        requirePositive("trajectories", trajectories);
        requirePositive("nfePerMinute", nfePerMinute);
        requirePositive("bytesPerMinute", bytesPerMinute);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
        }
    }
}
