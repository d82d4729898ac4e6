package dev.glimpse.api.rpc;

import dev.glimpse.access.Grant;
import dev.glimpse.api.web.Farewell;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.List;

/** What a call is bound to besides its client, until it ends. Tells on the event loop of the call's connection. */
final class CallBonds {
    private final Vertx vertx;
    private final List<Runnable> releases = new ArrayList<>();

    CallBonds(Vertx vertx) {
        this.vertx = vertx;
    }

    void grant(Grant grant, Runnable revoked) {
        Context context = vertx.getOrCreateContext();
        releases.add(grant.hold(() -> context.runOnContext(v -> revoked.run()))::close);
    }

    void connection(HttpConnection connection, Runnable farewell) {
        Context context = vertx.getOrCreateContext();
        releases.add(Farewell.of(connection).hear(() -> context.runOnContext(v -> farewell.run())));
    }

    void release() {
        releases.forEach(Runnable::run);
        releases.clear();
    }
}
