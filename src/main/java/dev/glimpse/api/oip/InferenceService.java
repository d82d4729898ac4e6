package dev.glimpse.api.oip;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.glimpse.access.Entrance;
import dev.glimpse.api.json.MessageFields;
import dev.glimpse.api.rpc.CallTerms;
import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.api.rpc.KnownCallers;
import dev.glimpse.api.rpc.OneRequest;
import dev.glimpse.api.rpc.RequestParser;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ServedModel;
import glimpse.wire.inference.GRPCInferenceServiceGrpcService;
import glimpse.wire.inference.ModelConfigRequest;
import glimpse.wire.inference.ModelConfigResponse;
import glimpse.wire.inference.ModelInferRequest;
import glimpse.wire.inference.ModelMetadataRequest;
import glimpse.wire.inference.ModelReadyRequest;
import glimpse.wire.inference.ModelReadyResponse;
import glimpse.wire.inference.RepositoryIndexRequest;
import glimpse.wire.inference.RepositoryIndexResponse;
import glimpse.wire.inference.ServerLiveRequest;
import glimpse.wire.inference.ServerLiveResponse;
import glimpse.wire.inference.ServerMetadataRequest;
import glimpse.wire.inference.ServerReadyRequest;
import glimpse.wire.inference.ServerReadyResponse;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The protocol's gRPC service. Whether the server lives and is ready is told to everybody, the rest to known callers.
 */
final class InferenceService {
    private final Vertx vertx;
    private final Entrance entrance;
    private final KnownCallers callers;
    private final Facts facts;
    private final int maxMessageBytes;
    private final int maxRequests;

    /** @param maxRequests most requests of one stream that are answered at once; those behind them are not read yet */
    InferenceService(Vertx vertx, Entrance entrance, Facts facts, int maxMessageBytes, int maxRequests) {
        this.vertx = vertx;
        this.entrance = entrance;
        callers = new KnownCallers(vertx, entrance);
        this.facts = facts;
        this.maxMessageBytes = maxMessageBytes;
        this.maxRequests = maxRequests;
    }

    Service service() {
        ServiceBuilder service = Service.service(
                GRPCInferenceServiceGrpcService.SERVICE_NAME, GRPCInferenceServiceGrpcService.SERVICE_DESCRIPTOR);
        aboutTheServer(service);
        aboutModels(service);
        Optional<Duration> maxDuration = Optional.of(entrance.limits().maxDuration());
        service.bind(
                GRPCInferenceServiceGrpcService.ModelInfer,
                request -> callers.enter(
                        request,
                        terms(ModelInferRequest.parser(), maxDuration),
                        generator -> OneRequest.then((wire, call) -> UnaryInfer.answer(generator, wire, call))));
        service.bind(GRPCInferenceServiceGrpcService.ModelStreamInfer, request -> {
            boolean strict = "true".equals(request.headers().get(InferExchange.STRICT));
            callers.enter(
                    request,
                    terms(ModelInferRequest.parser(), Optional.empty()),
                    generator -> call -> new InferExchange(generator, call, maxRequests, strict));
        });
        return service.build();
    }

    private void aboutTheServer(ServiceBuilder service) {
        service.bind(
                GRPCInferenceServiceGrpcService.ServerLive,
                open(
                        ServerLiveRequest.parser(),
                        (request, call) -> call.complete(
                                ServerLiveResponse.newBuilder().setLive(true).build())));
        service.bind(
                GRPCInferenceServiceGrpcService.ServerReady,
                open(
                        ServerReadyRequest.parser(),
                        (request, call) -> call.complete(ServerReadyResponse.newBuilder()
                                .setReady(facts.ready().getAsBoolean())
                                .build())));
        service.bind(
                GRPCInferenceServiceGrpcService.ServerMetadata,
                known(
                        ServerMetadataRequest.parser(),
                        generator -> (request, call) -> call.complete(WireFacts.server(facts))));
    }

    private void aboutModels(ServiceBuilder service) {
        service.bind(
                GRPCInferenceServiceGrpcService.ModelReady,
                known(ModelReadyRequest.parser(), generator -> (request, call) -> {
                    boolean served = Facts.find(generator, request.getName(), request.getVersion())
                            .isPresent();
                    call.complete(ModelReadyResponse.newBuilder()
                            .setReady(served && facts.ready().getAsBoolean())
                            .build());
                }));
        service.bind(
                GRPCInferenceServiceGrpcService.ModelMetadata,
                known(ModelMetadataRequest.parser(), generator -> (request, call) -> {
                    @Nullable ServedModel model = model(generator, request.getName(), request.getVersion(), call);
                    if (model != null) {
                        call.complete(WireFacts.model(generator, model));
                    }
                }));
        service.bind(
                GRPCInferenceServiceGrpcService.ModelConfig,
                known(ModelConfigRequest.parser(), generator -> (request, call) -> {
                    @Nullable ServedModel model = model(generator, request.getName(), request.getVersion(), call);
                    if (model != null) {
                        call.complete(ModelConfigResponse.newBuilder()
                                .setConfig(WireFacts.config(model))
                                .build());
                    }
                }));
        service.bind(
                GRPCInferenceServiceGrpcService.RepositoryIndex,
                known(
                        RepositoryIndexRequest.parser(),
                        generator -> (request, call) -> index(generator, request.getRepositoryName(), call)));
    }

    private static void index(Generator generator, String repository, StreamingCall<?, RepositoryIndexResponse> call) {
        if (repository.isEmpty()) {
            call.complete(WireFacts.index(generator));
        } else {
            // As Triton answers it.
            call.fail(GrpcErrors.protocol(
                    GrpcStatus.UNIMPLEMENTED,
                    "repository_name: " + MessageFields.abbreviated(repository)
                            + " (expected: none, as this server knows its models by no repository)"));
        }
    }

    /** The model that a call names; null if there is none, and then the call has been told so. */
    private static @Nullable ServedModel model(
            Generator generator, String name, String version, StreamingCall<?, ?> call) {
        Optional<ServedModel> model = Facts.find(generator, name, version);
        if (model.isEmpty()) {
            call.fail(OipErrors.grpc(Facts.notFound(generator, name, version)));
        }
        return model.orElse(null);
    }

    private <Q extends Message> CallTerms<Q> terms(Parser<Q> parser, Optional<Duration> maxDuration) {
        return new CallTerms<>(new RequestParser<>(parser, maxMessageBytes), maxDuration);
    }

    /** Answers a call whoever makes it. */
    private <Q extends Message, R extends Message> Handler<GrpcServerRequest<Q, R>> open(
            Parser<Q> parser, OneRequest.Answer<Q, R> answer) {
        return request ->
                new StreamingCall<>(vertx, request, terms(parser, Optional.empty()), OneRequest.then(answer)).open();
    }

    /** Answers a call of a caller who is known. */
    private <Q extends Message, R extends Message> Handler<GrpcServerRequest<Q, R>> known(
            Parser<Q> parser, Function<Generator, OneRequest.Answer<Q, R>> answer) {
        return request -> callers.enter(
                request, terms(parser, Optional.empty()), generator -> OneRequest.then(answer.apply(generator)));
    }
}
