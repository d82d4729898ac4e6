package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.function.Supplier;

/** A call that ends one way: what it throws is a failure of its future, like any other defect. */
public final class Guarded {
    private Guarded() {}

    public static <T> Future<T> call(Supplier<Future<T>> call) {
        return Future.<Void>succeededFuture().compose(nothing -> call.get());
    }
}
