package dev.glimpse.api.grpc;

import glimpse.wire.inference.GRPCInferenceServiceGrpcService;
import glimpse.wire.v1.AdminGrpcService;
import glimpse.wire.v1.GlimpseGrpcService;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.health.v1.HealthProto;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The door for operators: the services {@code glimpse.v1.Admin} and {@code grpc.health.v1.Health}, and reflection, over
 * HTTP/2 alone. It asks nobody who calls, so it belongs on a port that only operators reach.
 */
public final class AdminDoor {
    private static final CallIntake.Elsewhere PUBLIC = new CallIntake.Elsewhere(
            Set.of(
                    GlimpseGrpcService.SERVICE_NAME.fullyQualifiedName(),
                    GRPCInferenceServiceGrpcService.SERVICE_NAME.fullyQualifiedName()),
            "at the public port");

    private final CallIntake intake;

    /**
     * @param ready whether the server is ready for requests; the health service tells it
     * @param maxMessageBytes largest request message, packed and unpacked; that of the public door, which it tells
     */
    public AdminDoor(Vertx vertx, Operations operations, BooleanSupplier ready, int maxMessageBytes) {
        GrpcServer server = GrpcServer.server(
                vertx,
                new GrpcServerOptions()
                        // What a browser can speak is refused, so that no page that it shows can change anything.
                        .removeEnabledProtocol(GrpcProtocol.WEB)
                        .removeEnabledProtocol(GrpcProtocol.WEB_TEXT)
                        .removeEnabledProtocol(GrpcProtocol.TRANSCODING)
                        .setMaxMessageSize(maxMessageBytes));
        server.addService(new AdminService(vertx, operations, maxMessageBytes).service());
        // Those of the public door too, so that a probe may ask either port.
        server.addService(GrpcDoor.health(
                vertx,
                ready,
                maxMessageBytes,
                List.of(
                        AdminGrpcService.SERVICE_DESCRIPTOR,
                        GlimpseGrpcService.SERVICE_DESCRIPTOR,
                        GRPCInferenceServiceGrpcService.SERVICE_DESCRIPTOR)));
        ReflectionService.of(
                        vertx,
                        List.of(
                                AdminGrpcService.SERVICE_DESCRIPTOR,
                                HealthProto.getDescriptor().findServiceByName("Health")),
                        maxMessageBytes)
                .forEach(server::addService);
        intake = new CallIntake(server, PUBLIC);
    }

    /** Whether a request speaks gRPC, by its content type, so that {@link #handle} is the one to answer it. */
    public boolean accepts(HttpServerRequest request) {
        return CallIntake.speaksGrpc(request);
    }

    /** Answers a call. The body must not have been read; pause the request if that cannot be at once. */
    public void handle(HttpServerRequest request) {
        intake.handle(request);
    }
}
