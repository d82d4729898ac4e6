package dev.glimpse.api.rpc;

import com.google.protobuf.Message;
import dev.glimpse.access.Entrance;
import dev.glimpse.generation.Generator;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.function.Function;

/**
 * Lets calls in whose callers are known, for as long as they are.
 *
 * @param entrance tells who calls
 */
public record KnownCallers(Vertx vertx, Entrance entrance) {
    /**
     * Opens a call to the core, or refuses it.
     *
     * @param inbound what the messages mean to the core as its caller may use it
     */
    public <Q extends Message, R extends Message> void enter(
            GrpcServerRequest<Q, R> request,
            CallTerms<Q> terms,
            Function<Generator, Function<StreamingCall<Q, R>, StreamingCall.Inbound<Q>>> inbound) {
        Entrance.Entry entry = entrance.enter(request.headers(), request.connection());
        if (entry instanceof Entrance.Entry.Admitted admitted) {
            StreamingCall<Q, R> call = new StreamingCall<>(
                    vertx, request, terms.working(entrance::work), inbound.apply(admitted.generator()));
            call.endWith(admitted.grant());
            call.open();
        } else {
            StreamingCall<Q, R> call = new StreamingCall<>(vertx, request, terms, c -> new Unheard<>());
            call.open();
            call.fail(GrpcErrors.unauthenticated(((Entrance.Entry.Refused) entry).message()));
        }
    }
}
