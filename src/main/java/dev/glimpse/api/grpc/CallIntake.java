package dev.glimpse.api.grpc;

import com.google.rpc.Status;
import dev.glimpse.api.rpc.CallRefusal;
import dev.glimpse.api.rpc.GrpcErrors;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.Service;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What takes the calls of a door in: it refuses those that no service could answer, and says what was expected. */
final class CallIntake {
    /*
     * The deframer of Vert.x throws on the event loop, and the call hangs, when a message says that it is compressed and
     * no header says how. A name that no encoding has gives such a message a way to be refused.
     */
    private static final String NO_ENCODING = "none";

    /** Longest piece of a client's header that an answer repeats. */
    private static final int MAX_ECHO = 64;

    /** What a header counts for beside its own bytes (RFC 9113, 6.5.2). */
    private static final int HEADER_BYTES = 32;

    private static final String GRPC = "application/grpc";
    private static final String GRPC_WEB = "application/grpc-web+proto";
    private static final Set<String> PROTOBUF =
            Set.of(GRPC, "application/grpc+proto", "application/grpc-web", GRPC_WEB);

    private final GrpcServer server;
    private final Elsewhere elsewhere;

    /**
     * Services that the server has at another port.
     *
     * @param names their full names
     * @param port what to call it
     */
    record Elsewhere(Set<String> names, String port) {}

    /** @param server has all its services */
    CallIntake(GrpcServer server, Elsewhere elsewhere) {
        this.server = server;
        this.elsewhere = elsewhere;
    }

    /** Whether a request's content type is one of gRPC's. */
    static boolean speaksGrpc(HttpServerRequest request) {
        return contentType(request).startsWith(GRPC);
    }

    /** Answers a call. The body must not have been read; pause the request if that cannot be at once. */
    void handle(HttpServerRequest request) {
        if (request.method() != HttpMethod.POST) {
            request.response()
                    .putHeader(HttpHeaders.ALLOW, HttpMethod.POST.name())
                    .setStatusCode(405)
                    .end();
            return;
        }
        String type = contentType(request);
        if (!PROTOBUF.contains(type) && !type.startsWith(GRPC + "+")) {
            unsupported(request, "Content-Type: " + printable(type) + " (expected: " + GRPC + ", " + GRPC_WEB + ")");
            return;
        }
        if (request.version() != HttpVersion.HTTP_2 && !type.startsWith(GRPC + "-")) {
            String version = request.version().alpnName().toUpperCase(Locale.ROOT);
            unsupported(request, version + " (expected: HTTP/2, or " + GRPC_WEB + ")");
            return;
        }
        Optional<Status> refusal = tooLarge(request)
                .map(large -> GrpcErrors.protocol(GrpcStatus.RESOURCE_EXHAUSTED, large))
                .or(() -> unknown(request, type).map(u -> GrpcErrors.protocol(GrpcStatus.UNIMPLEMENTED, u)));
        if (refusal.isPresent()) {
            CallRefusal.send(request.response(), type, refusal.get());
            return;
        }
        // Vert.x knows no parameters of a content type.
        request.headers().set(HttpHeaders.CONTENT_TYPE, type);
        if (encoding(request).equals("identity")) {
            request.headers().set(GrpcHeaderNames.GRPC_ENCODING, NO_ENCODING);
        }
        server.handle(request);
    }

    private static void unsupported(HttpServerRequest request, String message) {
        request.response()
                .setStatusCode(415)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
                .end(message + "\n");
    }

    private static Optional<String> tooLarge(HttpServerRequest request) {
        long bytes = request.headers().entries().stream()
                .mapToLong(
                        header -> header.getKey().length() + header.getValue().length() + HEADER_BYTES)
                .sum();
        return bytes <= GrpcDoor.MAX_METADATA_BYTES
                ? Optional.empty()
                : Optional.of("metadata: " + bytes + " bytes (expected: at most " + GrpcDoor.MAX_METADATA_BYTES
                        + " bytes, with " + HEADER_BYTES + " for each entry beside its own)");
    }

    /** Why the server has no answer for a call. */
    private Optional<String> unknown(HttpServerRequest request, String type) {
        if (!PROTOBUF.contains(type)) {
            // The protocol names JSON and text as possible encodings of messages; this server speaks protobuf alone.
            return Optional.of("content-type: " + printable(type) + " (expected: application/grpc or "
                    + "application/grpc+proto)");
        }
        String encoding = encoding(request);
        if (!encoding.equals("identity") && !encoding.equals("gzip")) {
            // Vert.x would throw on the first packed message, and leave the call hanging.
            return Optional.of("grpc-encoding: " + printable(encoding) + " (expected: identity or gzip)");
        }
        return unknown(String.valueOf(request.path()));
    }

    private Optional<String> unknown(String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(Math.min(1, path.length()), Math.max(slash, Math.min(1, path.length())));
        String method = path.substring(slash + 1);
        List<Service> services = server.services();
        Optional<Service> service = services.stream()
                .filter(known -> known.name().fullyQualifiedName().equals(name))
                .findFirst();
        if (service.isEmpty()) {
            String known = services.stream()
                    .map(s -> s.name().fullyQualifiedName())
                    .sorted()
                    .collect(Collectors.joining(", "));
            String away = elsewhere.names().contains(name) ? elsewhere.port() + "; here " : "";
            return Optional.of("service: " + printable(name) + " (expected: " + away + "one of " + known + ")");
        }
        if (!service.get().hasMethod(method)) {
            String known = service.get().methodDescriptors().stream()
                    .map(m -> m.getName())
                    .sorted()
                    .collect(Collectors.joining(", "));
            return Optional.of("method: " + printable(method) + " (expected: one of " + known + ")");
        }
        return Optional.empty();
    }

    private static String encoding(HttpServerRequest request) {
        String encoding = request.getHeader(GrpcHeaderNames.GRPC_ENCODING);
        return encoding == null ? "identity" : encoding;
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
        return value.substring(0, Math.min(value.length(), MAX_ECHO)).replaceAll("[^A-Za-z0-9._/+-]", "?");
    }
}
