package dev.glimpse.api.grpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.glimpse.access.Entrance;
import dev.glimpse.api.rpc.CallTerms;
import dev.glimpse.api.rpc.OneRequest;
import dev.glimpse.api.rpc.RequestParser;
import dev.glimpse.api.rpc.StreamingCall;
import glimpse.wire.v1.AdminGrpcService;
import glimpse.wire.v1.GlimpseGrpcService;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.handler.GrpcHealthCheckV1Handler;
import io.vertx.grpc.health.handler.GrpcHealthWatchV1Handler;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthProto;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * The door for gRPC over HTTP/2 and for gRPC-Web: the services {@code glimpse.v1.Glimpse} and
 * {@code grpc.health.v1.Health}, and reflection. Safe to call from every event loop.
 */
public final class GrpcDoor {
    /** Largest metadata of a call, as HTTP/2 counts them. */
    public static final int MAX_METADATA_BYTES = 32 * 1024;

    /**
     * Largest list of headers that the HTTP server below should read: twice as much, so that a call beyond the bound
     * has an answer of gRPC. What is larger still has one of HTTP, or ends the connection with all of its calls.
     */
    public static final int MAX_HEADER_LIST_BYTES = 2 * MAX_METADATA_BYTES;

    private static final ServiceName HEALTH = ServiceName.create("grpc.health.v1.Health");

    private static final CallIntake.Elsewhere OPERATORS =
            new CallIntake.Elsewhere(Set.of(AdminGrpcService.SERVICE_NAME.fullyQualifiedName()), "at the admin port");

    private final CallIntake intake;
    private final List<String> paths;

    /**
     * @param ready whether the server is ready for requests; the health service tells it
     * @param maxMessageBytes largest request message, packed and unpacked
     * @param maxGenerations most generations that one session runs at once
     * @param others services of other doors, each with a descriptor, which are told by health and reflection as the own
     *     ones are
     */
    public GrpcDoor(
            Vertx vertx,
            Entrance entrance,
            BooleanSupplier ready,
            int maxMessageBytes,
            int maxGenerations,
            List<Service> others) {
        GrpcServer server = GrpcServer.server(
                vertx,
                new GrpcServerOptions()
                        // Its deframer takes a single message, and none over HTTP/2.
                        .removeEnabledProtocol(GrpcProtocol.WEB_TEXT)
                        .setMaxMessageSize(maxMessageBytes));
        server.addService(new GlimpseService(vertx, entrance, maxMessageBytes, maxGenerations).service());
        others.forEach(server::addService);
        List<ServiceDescriptor> served = new ArrayList<>();
        served.add(GlimpseGrpcService.SERVICE_DESCRIPTOR);
        others.forEach(other -> served.add(other.descriptor()));
        server.addService(health(vertx, ready, maxMessageBytes, served));
        served.add(HealthProto.getDescriptor().findServiceByName("Health"));
        ReflectionService.of(vertx, served, maxMessageBytes).forEach(server::addService);
        paths = server.services().stream()
                .map(service -> "/" + service.name().fullyQualifiedName() + "/")
                .toList();
        intake = new CallIntake(server, OPERATORS);
    }

    /**
     * Whether a request speaks gRPC or asks for one of its methods, so that {@link #handle} is the one to answer it.
     */
    public boolean accepts(HttpServerRequest request) {
        return CallIntake.speaksGrpc(request) || paths.stream().anyMatch(String.valueOf(request.path())::startsWith);
    }

    /** Answers a call. The body must not have been read; pause the request if that cannot be at once. */
    public void handle(HttpServerRequest request) {
        intake.handle(request);
    }

    /** The health of a server, the same wherever it is told. */
    static Service health(Vertx vertx, BooleanSupplier ready, int maxMessageBytes, List<ServiceDescriptor> served) {
        Set<String> services = new TreeSet<>(Set.of(""));
        served.forEach(service -> services.add(service.getFullName()));
        var answers = new HealthAnswers(vertx, services, ready);
        var terms =
                new CallTerms<>(new RequestParser<>(HealthCheckRequest.parser(), maxMessageBytes), Optional.empty());
        return Service.service(HEALTH, HealthProto.getDescriptor().findServiceByName("Health"))
                .bind(
                        GrpcHealthCheckV1Handler.SERVICE_METHOD,
                        request -> new StreamingCall<>(vertx, request, terms, OneRequest.then(answers::check)).open())
                .bind(
                        GrpcHealthWatchV1Handler.SERVICE_METHOD,
                        request -> new StreamingCall<>(vertx, request, terms, OneRequest.then(answers::watch)).open())
                .build();
    }
}
