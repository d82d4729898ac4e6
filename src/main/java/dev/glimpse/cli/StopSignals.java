package dev.glimpse.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The wish of the operating system or of a person at the terminal that the process ends: SIGTERM, SIGINT, or SIGHUP
 * when the terminal has gone; or that of an operator who is no signal.
 *
 * <p>The first signal is handed to whoever waits; a second one ends the process at once, because somebody who asks
 * twice does not want to wait. The JVM's own shutdown hooks can do neither that nor a clean exit status of 0.
 */
final class StopSignals {
    private static final int KILLED_BY = 128;
    private static final Map<String, Integer> NUMBERS = Map.of("SIGHUP", 1, "SIGINT", 2, "SIGTERM", 15);

    private final CompletableFuture<String> first = new CompletableFuture<>();
    private final AtomicBoolean terminalGone = new AtomicBoolean();

    private StopSignals() {}

    /** Takes the signals from the JVM, from now on and for good. */
    static StopSignals listen() {
        StopSignals signals = new StopSignals();
        handle("INT", () -> signals.taken("SIGINT"));
        handle("TERM", () -> signals.taken("SIGTERM"));
        if (!System.getProperty("os.name").startsWith("Windows")) {
            // A terminal that goes may send it twice, by its shell and by itself, which is no hurry.
            handle("HUP", signals::gone);
        }
        return signals;
    }

    private void gone() {
        if (first.complete("SIGHUP")) {
            terminalGone.set(true);
        }
    }

    private void taken(String signal) {
        // Who ends a session whose terminal has gone asks for the first time.
        if (!first.complete(signal) && !terminalGone.getAndSet(false)) {
            Runtime.getRuntime().halt(status(signal));
        }
    }

    private static int status(String signal) {
        Integer number = NUMBERS.get(signal);
        return number == null ? 0 : KILLED_BY + number;
    }

    /* By reflection, because the compiler warns of sun.misc, the only way to a signal, and cannot be told not to. */
    private static void handle(String name, Runnable action) {
        InvocationHandler received = (proxy, method, args) -> {
            action.run();
            return null;
        };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance(name),
                            Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, received));
        } catch (InvocationTargetException e) {
            // As with -Xrs: whoever started Java wants it to leave signals alone. Nobody is told: the log is opened
            // later.
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("SIG" + name + " cannot be handled: module jdk.unsupported is missing", e);
        }
    }

    /**
     * The first signal, completed with its name. Whoever completes it ends the process as that does; without effect
     * behind one, so that asking twice is no hurry.
     */
    CompletableFuture<String> wish() {
        return first;
    }

    /** The status that shells know a process by which a signal has ended; 0 where none has come. */
    int status() {
        return status(first.getNow(""));
    }

    /** Whether a signal has come. */
    boolean received() {
        return first.isDone();
    }

    /** Waits for the first signal and tells its name. */
    String await() throws InterruptedException {
        try {
            return first.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a signal is only ever completed with its name", e);
        }
    }
}
