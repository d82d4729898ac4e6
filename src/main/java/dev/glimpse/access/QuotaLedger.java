package dev.glimpse.access;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What every tenant uses now, held against its quota. Safe to use from any thread; never reads a clock.
 *
 * <p>It holds a few numbers for each tenant that ever asked; keys name the tenants, so there are no more than keys.
 */
public final class QuotaLedger {
    private final Map<String, Account> accounts = new HashMap<>();

    /** The answer to a request for a share of a quota. */
    public sealed interface Entry {
        /** The tenant may go on; {@link QuotaLedger#end} ends it. */
        record Granted() implements Entry {}

        /**
         * The quota does not allow it now.
         *
         * @param message names the quota, its bound and the tenant
         * @param retryAfter when enough may be free again; empty: the quota never allows as much at once
         */
        record Exceeded(String message, Optional<Duration> retryAfter) implements Entry {}
    }

    /**
     * Takes what a request needs, all or nothing.
     *
     * @param trajectories that it runs
     * @param nfe network evaluations that it asks for
     */
    public synchronized Entry begin(Caller caller, int trajectories, long nfe, long nowNanos) {
        Account account = accounts.computeIfAbsent(caller.tenant(), tenant -> new Account(caller.quota(), nowNanos));
        Quota quota = caller.quota();
        account.hold(quota, nowNanos);
        if (trajectories > quota.trajectories() - account.trajectories) {
            // Nobody knows when the running ones end; a second is soon enough to ask again.
            Optional<Duration> retry =
                    trajectories > quota.trajectories() ? Optional.empty() : Optional.of(Duration.ofSeconds(1));
            return exceeded(caller, "trajectories at once", quota.trajectories(), retry);
        }
        long nfeWait = account.nfe.waitNanos(nfe, nowNanos);
        if (nfeWait > 0) {
            return exceeded(caller, "network evaluations a minute", quota.nfePerMinute(), waiting(nfeWait));
        }
        // Bytes are known once they are sent; a debt has to be paid off first.
        long byteWait = account.bytes.waitNanos(1, nowNanos);
        if (byteWait > 0) {
            return exceeded(caller, "bytes a minute", quota.bytesPerMinute(), waiting(byteWait));
        }
        account.trajectories += trajectories;
        account.nfe.take(nfe, nowNanos);
        return new Entry.Granted();
    }

    /**
     * Counts evaluations that {@link #begin} did not foresee; they may leave a debt, which refills before the next
     * begin.
     */
    public synchronized void spent(Caller caller, long nfe, long nowNanos) {
        Account account = accounts.get(caller.tenant());
        if (account != null) {
            account.nfe.take(nfe, nowNanos);
        }
    }

    /** Counts what was sent to a caller. */
    public synchronized void sent(Caller caller, long bytes, long nowNanos) {
        Account account = accounts.get(caller.tenant());
        if (account != null) {
            account.bytes.take(bytes, nowNanos);
        }
    }

    /**
     * Ends what {@link #begin} granted.
     *
     * @param unusedNfe evaluations of it that never ran, given back
     */
    public synchronized void end(Caller caller, int trajectories, long unusedNfe, long nowNanos) {
        Account account = accounts.get(caller.tenant());
        if (account == null) {
            throw new IllegalStateException("tenant: " + caller.tenant() + " (expected: one that began)");
        }
        account.trajectories -= trajectories;
        account.nfe.giveBack(unusedNfe, nowNanos);
    }

    private static Optional<Duration> waiting(long nanos) {
        return nanos == Long.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    private static Entry exceeded(Caller caller, String what, long bound, Optional<Duration> retry) {
        return new Entry.Exceeded(
                "quota of tenant " + caller.tenant() + ": more than " + bound + " " + what
                        + (retry.isEmpty() ? " in one request" : ""),
                retry);
    }

    private static final class Account {
        Quota quota;
        TokenBucket nfe;
        TokenBucket bytes;
        int trajectories;

        Account(Quota quota, long nowNanos) {
            this.quota = quota;
            nfe = new TokenBucket(quota.nfePerMinute(), nowNanos);
            bytes = new TokenBucket(quota.bytesPerMinute(), nowNanos);
        }

        /** Begins anew with a quota that has been changed; trajectories that run still count. */
        void hold(Quota changed, long nowNanos) {
            if (!changed.equals(quota)) {
                quota = changed;
                nfe = new TokenBucket(quota.nfePerMinute(), nowNanos);
                bytes = new TokenBucket(quota.bytesPerMinute(), nowNanos);
            }
        }
    }
}
