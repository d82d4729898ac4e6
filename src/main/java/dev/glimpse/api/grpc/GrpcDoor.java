package dev.glimpse.api.grpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.glimpse.access.Entrance;
import dev.glimpse.api.rpc.OneRequest;
import dev.glimpse.api.rpc.RequestParser;
import dev.glimpse.api.rpc.StreamingCall;
import glimpse.wire.v1.GlimpseGrpcService;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcStatus;
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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * The door for gRPC over HTTP/2 and for gRPC-Web: the services {@code glimpse.v1.Glimpse} and
 * {@code grpc.health.v1.Health}, and reflection. Safe to call from every event loop.
 */
public final class GrpcDoor {
    /*
     * The deframer of Vert.x throws on the event loop, and the call hangs, when a message says that it is compressed and
     * no header says how. A name that no encoding has gives such a message a way to be refused.
     */
    private static final String NO_ENCODING = "none";

    /** Longest piece of a client's header that an answer repeats. */
    private static final int MAX_ECHO = 32;

    private static final Set<String> PROTOBUF =
            Set.of("application/grpc", "application/grpc+proto", "application/grpc-web", "application/grpc-web+proto");

    private static final ServiceName HEALTH = ServiceName.create("grpc.health.v1.Health");

    private final GrpcServer server;
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
        this.server = GrpcServer.server(
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
    }

    /**
     * Whether a request speaks gRPC or asks for one of its methods, so that {@link #handle} is the one to answer it.
     */
    public boolean accepts(HttpServerRequest request) {
        return speaksGrpc(request) || paths.stream().anyMatch(String.valueOf(request.path())::startsWith);
    }

    /** Whether a request's content type is one of gRPC's. */
    static boolean speaksGrpc(HttpServerRequest request) {
        return contentType(request).startsWith("application/grpc");
    }

    /** Answers a call. The body must not have been read; pause the request if that cannot be at once. */
    public void handle(HttpServerRequest request) {
        handle(request, server);
    }

    /** Answers a call by one of a server's services. */
    static void handle(HttpServerRequest request, GrpcServer server) {
        if (request.method() != HttpMethod.POST) {
            request.response()
                    .putHeader(HttpHeaders.ALLOW, HttpMethod.POST.name())
                    .setStatusCode(405)
                    .end();
            return;
        }
        String type = contentType(request);
        if (!PROTOBUF.contains(type)) {
            // The protocol names JSON and text as possible encodings of messages; this server speaks protobuf alone.
            request.response().setStatusCode(415).end();
            return;
        }
        // Vert.x knows no parameters of a content type.
        request.headers().set(HttpHeaders.CONTENT_TYPE, type);
        String encoding = request.getHeader(GrpcHeaderNames.GRPC_ENCODING);
        if (encoding == null || encoding.equals("identity")) {
            request.headers().set(GrpcHeaderNames.GRPC_ENCODING, NO_ENCODING);
        } else if (!encoding.equals("gzip")) {
            refuse(request, encoding);
            return;
        }
        server.handle(request);
    }

    /** The health of a server, the same wherever it is told. */
    static Service health(Vertx vertx, BooleanSupplier ready, int maxMessageBytes, List<ServiceDescriptor> served) {
        Set<String> services = new TreeSet<>(Set.of(""));
        served.forEach(service -> services.add(service.getFullName()));
        var answers = new HealthAnswers(vertx, services, ready);
        var terms = new StreamingCall.Terms<>(
                new RequestParser<>(HealthCheckRequest.parser(), maxMessageBytes), Optional.empty());
        return Service.service(HEALTH, HealthProto.getDescriptor().findServiceByName("Health"))
                .bind(
                        GrpcHealthCheckV1Handler.SERVICE_METHOD,
                        request -> new StreamingCall<>(vertx, request, terms, OneRequest.then(answers::check)).open())
                .bind(
                        GrpcHealthWatchV1Handler.SERVICE_METHOD,
                        request -> new StreamingCall<>(vertx, request, terms, OneRequest.then(answers::watch)).open())
                .build();
    }

    private static String contentType(HttpServerRequest request) {
        String type = String.valueOf(request.getHeader(HttpHeaders.CONTENT_TYPE));
        int parameters = type.indexOf(';');
        return type.substring(0, parameters < 0 ? type.length() : parameters)
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** What a client sent, short and without characters that a header of the answer could not hold. */
    private static String printable(String value) {
        return value.substring(0, Math.min(value.length(), MAX_ECHO)).replaceAll("[^A-Za-z0-9._-]", "?");
    }

    /** Ends a call whose messages cannot be unpacked; Vert.x would throw on the first of them and leave it hanging. */
    private static void refuse(HttpServerRequest request, String encoding) {
        request.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, request.getHeader(HttpHeaders.CONTENT_TYPE))
                .putHeader(GrpcHeaderNames.GRPC_STATUS, GrpcStatus.UNIMPLEMENTED.toString())
                .putHeader(
                        GrpcHeaderNames.GRPC_MESSAGE,
                        "grpc-encoding: " + printable(encoding) + " (expected: identity or gzip)")
                .putHeader(GrpcHeaderNames.GRPC_ACCEPT_ENCODING, "identity,gzip")
                .end();
    }
}
