package dev.glimpse.access;

import dev.glimpse.generation.Budget;
import dev.glimpse.generation.Failure;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A caller's quota as it is when a request begins, kept in the ledger of all tenants. */
final class CallerBudget implements Budget {
    private final Caller caller;
    private final Gate gate;
    private final QuotaLedger ledger;
    private final LongSupplier nanoTime;

    CallerBudget(Caller caller, Gate gate, QuotaLedger ledger, LongSupplier nanoTime) {
        this.caller = caller;
        this.gate = gate;
        this.ledger = ledger;
        this.nanoTime = nanoTime;
    }

    @Override
    public Optional<Failure> begin(int trajectories, long nfe) {
        Quota quota = gate.quota(caller.tenant()).orElse(caller.quota());
        Caller now = new Caller(caller.tenant(), caller.rank(), caller.weight(), quota);
        QuotaLedger.Entry entry = ledger.begin(now, trajectories, nfe, nanoTime.getAsLong());
        return entry instanceof QuotaLedger.Entry.Exceeded exceeded
                ? Optional.of(new Failure.QuotaExceeded(
                        "tenant:" + caller.tenant(), exceeded.message(), exceeded.retryAfter()))
                : Optional.empty();
    }

    @Override
    public void spent(long nfe) {
        ledger.spent(caller, nfe, nanoTime.getAsLong());
    }

    @Override
    public void sent(long bytes) {
        ledger.sent(caller, bytes, nanoTime.getAsLong());
    }

    @Override
    public void end(int trajectories, long unusedNfe) {
        ledger.end(caller, trajectories, unusedNfe, nanoTime.getAsLong());
    }
}
