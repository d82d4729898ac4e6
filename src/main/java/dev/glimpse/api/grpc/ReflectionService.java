package dev.glimpse.api.grpc;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.glimpse.api.rpc.CallTerms;
import dev.glimpse.api.rpc.RequestParser;
import dev.glimpse.api.rpc.StreamingCall;
import glimpse.wire.reflection.v1.ReflectionProto;
import glimpse.wire.reflection.v1.ServerReflectionRequest;
import glimpse.wire.reflection.v1.ServerReflectionResponse;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The reflection service under both of its names, which differ in nothing else. */
final class ReflectionService {
    private static final String V1 = "grpc.reflection.v1.ServerReflection";
    private static final String V1_ALPHA = "grpc.reflection.v1alpha.ServerReflection";

    private ReflectionService() {}

    /** @param served the other services of the server */
    static List<Service> of(Vertx vertx, List<ServiceDescriptor> served, int maxMessageBytes) {
        FileDescriptor own = ReflectionProto.getDescriptor();
        Map<String, FileDescriptor> services = new LinkedHashMap<>();
        served.forEach(service -> services.put(service.getFullName(), service.getFile()));
        services.put(V1, own);
        ReflectionAnswers answers = new ReflectionAnswers(services);
        var terms = new CallTerms<>(
                new RequestParser<>(ServerReflectionRequest.parser(), maxMessageBytes), Optional.empty());
        return Stream.of(V1, V1_ALPHA)
                .map(ServiceName::create)
                .map(name -> Service.service(name, own.findServiceByName("ServerReflection"))
                        .bind(
                                method(name),
                                request -> new StreamingCall<>(
                                                vertx,
                                                request,
                                                terms,
                                                call -> new ReflectionExchange(vertx, answers, call))
                                        .open())
                        .build())
                .toList();
    }

    private static ServiceMethod<ServerReflectionRequest, ServerReflectionResponse> method(ServiceName name) {
        return ServiceMethod.server(
                name,
                "ServerReflectionInfo",
                GrpcMessageEncoder.encoder(),
                GrpcMessageDecoder.decoder(ServerReflectionRequest.newBuilder()));
    }
}
