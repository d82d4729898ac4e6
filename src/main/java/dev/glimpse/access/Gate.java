package dev.glimpse.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells who a caller is from the credentials that came with a call. Safe to use from any thread. */
public final class Gate {
    private static final String BEARER = "bearer ";

    private final Anonymity anonymity;
    private final Grant withoutKey = Grant.unbounded();
    private volatile List<Granted> keys;

    public Gate(List<ApiKey> keys, Anonymity anonymity) {
        this.anonymity = anonymity;
        this.keys = keys.stream().map(key -> new Granted(key, new Grant())).toList();
    }

    /** A key with the grant of all who show it. */
    private record Granted(ApiKey key, Grant grant) {
        /** Whether what was begun with this key may go on with another one. */
        boolean goesOnWith(ApiKey other) {
            return key.sha256().equals(other.sha256())
                    && key.caller().tenant().equals(other.caller().tenant());
        }
    }

    /**
     * Exchanges the keys. What was begun with a key that is gone, or that stands for another tenant now, is ended; a
     * changed rank or weight holds from the next call on, a changed quota from the next request on.
     */
    public synchronized void replaceKeys(List<ApiKey> newKeys) {
        List<Granted> before = keys;
        keys = newKeys.stream().map(key -> new Granted(key, grant(key, before))).toList();
        before.stream()
                .filter(old -> newKeys.stream().noneMatch(old::goesOnWith))
                .forEach(old -> old.grant().revoke());
    }

    private static Grant grant(ApiKey key, List<Granted> before) {
        return before.stream()
                .filter(old -> old.goesOnWith(key))
                .map(Granted::grant)
                .findFirst()
                .orElseGet(Grant::new);
    }

    /** What a tenant may use by now; empty once no key names it. */
    Optional<Quota> quota(String tenant) {
        return keys.stream()
                .map(granted -> granted.key().caller())
                .filter(caller -> caller.tenant().equals(tenant))
                .map(Caller::quota)
                .findFirst();
    }

    /** The answer to a caller. */
    public sealed interface Verdict {
        /** The caller is known, as long as the grant holds. */
        record Known(Caller caller, Grant grant) implements Verdict {}

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
            return allowed ? new Verdict.Known(Caller.ANONYMOUS, withoutKey) : refused("none");
        }
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return refused("of another scheme");
        }
        String hash = ApiKey.hash(authorization.substring(BEARER.length()).strip());
        Verdict verdict = refused("an unknown key");
        // Looks at every key, so that the time does not tell which one nearly fitted.
        for (Granted granted : keys) {
            if (granted.key().hasHash(hash)) {
                verdict = new Verdict.Known(granted.key().caller(), granted.grant());
            }
        }
        return verdict;
    }

    private static Verdict refused(String was) {
        return new Verdict.Refused("authorization: " + was + " (expected: Bearer and an API key of this server)");
    }
}
