package dev.glimpse.access;

import dev.glimpse.generation.Budget;
import dev.glimpse.generation.Client;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.Generator;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Where the doors let callers in: it tells who calls, and hands out the core as that caller may use it. Thread-safe.
 */
public final class Entrance {
    private final Gate gate;
    private final QuotaLedger ledger;
    private final Function<Client, Generator> core;
    private final LongSupplier nanoTime;
    private final Consumer<Runnable> work;

    /**
     * @param core the core as a client sees it
     * @param nanoTime monotonic clock that quotas refill by, in nanoseconds
     */
    public Entrance(Gate gate, QuotaLedger ledger, Function<Client, Generator> core, LongSupplier nanoTime) {
        this(gate, ledger, core, nanoTime, Runnable::run);
    }

    private Entrance(
            Gate gate,
            QuotaLedger ledger,
            Function<Client, Generator> core,
            LongSupplier nanoTime,
            Consumer<Runnable> work) {
        this.gate = gate;
        this.ledger = ledger;
        this.core = core;
        this.nanoTime = nanoTime;
        this.work = work;
    }

    /**
     * The same entrance to a door whose work is watched.
     *
     * @param watched does some of the door's work, at once
     */
    public Entrance working(Consumer<Runnable> watched) {
        return new Entrance(gate, ledger, core, nanoTime, watched);
    }

    /** Does, at once, what the door does with a body or a message that has come. */
    public void work(Runnable part) {
        work.accept(part);
    }

    /** The answer to a call. */
    public sealed interface Entry {
        /**
         * The caller is known, and this is the core as it may use it. What lives longer than a request, and a request
         * that streams, takes a hold of the grant and ends when that is revoked.
         */
        record Admitted(Generator generator, Grant grant) implements Entry {}

        /** The caller may not ask; the message says what would be accepted and repeats no secret. */
        record Refused(String message) implements Entry {}
    }

    /**
     * Looks at a call's credentials.
     *
     * @param headers of the request, or metadata of the call, with the host as {@link CrossOrigin} leaves it
     * @param connection that it came over
     */
    public Entry enter(MultiMap headers, HttpConnection connection) {
        return enter(headers, connection.remoteAddress(), connection.localAddress());
    }

    /**
     * Looks at a call's credentials, as {@link #enter(MultiMap, HttpConnection)} does.
     *
     * @param remote where the connection comes from
     * @param local the address of this machine that it was made to
     */
    public Entry enter(MultiMap headers, SocketAddress remote, SocketAddress local) {
        Credentials credentials = Credentials.of(headers, remote, local);
        Gate.Verdict verdict = gate.identify(credentials.authorization(), credentials.loopback());
        if (verdict instanceof Gate.Verdict.Known known) {
            return new Entry.Admitted(core.apply(client(known.caller())), known.grant());
        }
        return new Entry.Refused(((Gate.Verdict.Refused) verdict).message());
    }

    /** The bounds that every caller is held to. */
    public GenerationLimits limits() {
        return core.apply(Client.ANYONE).limits();
    }

    private Client client(Caller caller) {
        // A tenant without a bound may be given one while its session is open.
        Budget budget =
                caller == Caller.ANONYMOUS ? Budget.UNLIMITED : new CallerBudget(caller, gate, ledger, nanoTime);
        return new Client(caller.tenant(), caller.rank(), caller.weight(), budget);
    }
}
