package dev.glimpse.access;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a caller was let in with, as long as it holds: a key that is taken out of the server's keys, or that stands for
 * another tenant from now on, ends what was begun with it. Safe to use from any thread.
 */
public final class Grant {
    /** What those are told who lose it. */
    public static final String REVOKED =
            "authorization: a key that has been revoked (expected: Bearer and an API key of this server)";

    private final Set<Hold> holds = ConcurrentHashMap.newKeySet();
    private volatile boolean revoked;

    /** The grant of callers without a key; nothing revokes it. */
    static Grant unbounded() {
        return new Grant();
    }

    /** Something that goes on while a grant holds; closed when it has ended by itself. */
    public final class Hold implements AutoCloseable {
        private final Runnable onRevoked;

        private Hold(Runnable onRevoked) {
            this.onRevoked = onRevoked;
        }

        private void revoke() {
            // Only one of the two that may see it revoked finds it there.
            if (holds.remove(this)) {
                onRevoked.run();
            }
        }

        @Override
        public void close() {
            holds.remove(this);
        }
    }

    /**
     * Lets something go on until the grant is revoked.
     *
     * @param onRevoked ends it, called at most once and from any thread; at once if the grant is revoked already
     */
    public Hold hold(Runnable onRevoked) {
        Hold hold = new Hold(onRevoked);
        holds.add(hold);
        if (revoked) {
            hold.revoke();
        }
        return hold;
    }

    void revoke() {
        revoked = true;
        holds.forEach(Hold::revoke);
    }
}
