package dev.glimpse.access;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Tells who a caller is from the credentials that came with a call. Safe to use from any thread. */
public final class Gate {
    private static final String BEARER = "bearer ";

    private final Anonymity anonymity;
    private final AtomicReference<List<ApiKey>> keys;

    public Gate(List<ApiKey> keys, Anonymity anonymity) {
        this.anonymity = anonymity;
        this.keys = new AtomicReference<>(List.copyOf(keys));
    }

    /** Exchanges the keys; calls under way keep what they were granted. */
    public void replaceKeys(List<ApiKey> newKeys) {
        keys.set(List.copyOf(newKeys));
    }

    /** The answer to a caller. */
    public sealed interface Verdict {
        /** The caller is known. */
        record Known(Caller caller) implements Verdict {}

        /** The caller may not ask; the message says what would be accepted and repeats no secret. */
        record Refused(String message) implements Verdict {}
    }

    /**
     * Looks at a caller's credentials.
     *
     * @param authorization value of the {@code authorization} header or metadata; null: there is none
     * @param loopback whether the connection comes from this machine
     */
    public Verdict identify(@Nullable String authorization, boolean loopback) {
        if (authorization == null) {
            boolean allowed = anonymity == Anonymity.ALWAYS || (anonymity == Anonymity.LOOPBACK && loopback);
            return allowed ? new Verdict.Known(Caller.ANONYMOUS) : refused("none");
        }
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return refused("of another scheme");
        }
        String hash = ApiKey.hash(authorization.substring(BEARER.length()).strip());
        Verdict verdict = refused("an unknown key");
        // Looks at every key, so that the time does not tell which one nearly fitted.
        for (ApiKey key : keys.get()) {
            if (key.hasHash(hash)) {
                verdict = new Verdict.Known(key.caller());
            }
        }
        return verdict;
    }

    private static Verdict refused(String was) {
        return new Verdict.Refused("authorization: " + was + " (expected: Bearer and an API key of this server)");
    }
}
