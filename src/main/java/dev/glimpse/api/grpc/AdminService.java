package dev.glimpse.api.grpc;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.glimpse.api.rpc.CallTerms;
import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.api.rpc.OneRequest;
import dev.glimpse.api.rpc.RequestParser;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.ShelfKeeper;
import dev.glimpse.generation.ShelfRefusal;
import glimpse.wire.v1.AdminGrpcService;
import glimpse.wire.v1.DrainRequest;
import glimpse.wire.v1.DrainResponse;
import glimpse.wire.v1.GetLogLevelRequest;
import glimpse.wire.v1.GetLogLevelResponse;
import glimpse.wire.v1.ListModelsRequest;
import glimpse.wire.v1.ListModelsResponse;
import glimpse.wire.v1.LoadModelRequest;
import glimpse.wire.v1.LoadModelResponse;
import glimpse.wire.v1.LogLevel;
import glimpse.wire.v1.Model;
import glimpse.wire.v1.SetDefaultVersionRequest;
import glimpse.wire.v1.SetDefaultVersionResponse;
import glimpse.wire.v1.SetLogLevelRequest;
import glimpse.wire.v1.SetLogLevelResponse;
import glimpse.wire.v1.UnloadModelRequest;
import glimpse.wire.v1.UnloadModelResponse;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The service {@code glimpse.v1.Admin}. */
final class AdminService {
    /** Models take seconds to load. */
    private static final Failure LOADING =
            new Failure.Unavailable("the models are being loaded", Duration.ofSeconds(1));

    private static final String LEVEL_PREFIX = "LOG_LEVEL_";

    private final Vertx vertx;
    private final Operations operations;
    private final int maxMessageBytes;

    AdminService(Vertx vertx, Operations operations, int maxMessageBytes) {
        this.vertx = vertx;
        this.operations = operations;
        this.maxMessageBytes = maxMessageBytes;
    }

    Service service() {
        return Service.service(AdminGrpcService.SERVICE_NAME, AdminGrpcService.SERVICE_DESCRIPTOR)
                .bind(AdminGrpcService.ListModels, once(ListModelsRequest.parser(), this::list))
                .bind(AdminGrpcService.LoadModel, once(LoadModelRequest.parser(), this::load))
                .bind(AdminGrpcService.UnloadModel, once(UnloadModelRequest.parser(), this::unload))
                .bind(AdminGrpcService.SetDefaultVersion, once(SetDefaultVersionRequest.parser(), this::prefer))
                .bind(AdminGrpcService.Drain, once(DrainRequest.parser(), this::drain))
                .bind(AdminGrpcService.GetLogLevel, once(GetLogLevelRequest.parser(), this::logLevel))
                .bind(AdminGrpcService.SetLogLevel, once(SetLogLevelRequest.parser(), this::changeLogLevel))
                .build();
    }

    /** A method that is asked once; its client's deadline is the only one. */
    private <Q extends Message, R extends Message> Handler<GrpcServerRequest<Q, R>> once(
            Parser<Q> parser, OneRequest.Answer<Q, R> answer) {
        var terms = new CallTerms<>(new RequestParser<>(parser, maxMessageBytes), Optional.empty());
        return request -> new StreamingCall<>(vertx, request, terms, OneRequest.then(refusing(answer))).open();
    }

    private static <Q extends Message, R extends Message> OneRequest.Answer<Q, R> refusing(
            OneRequest.Answer<Q, R> answer) {
        return (request, call) -> {
            try {
                answer.answer(request, call);
            } catch (InvalidFieldException e) {
                call.fail(GrpcErrors.of(e.failure()));
            }
        };
    }

    private void list(ListModelsRequest request, StreamingCall<ListModelsRequest, ListModelsResponse> call) {
        withModels(
                call,
                models -> call.complete(ListModelsResponse.newBuilder()
                        .addAllModels(new WireModels(models.versions(), true).all())
                        .setLimits(WireModels.limits(models.limits(), maxMessageBytes))
                        .build()));
    }

    private void load(LoadModelRequest request, StreamingCall<LoadModelRequest, LoadModelResponse> call) {
        change(
                request.getModel(),
                request.getVersion(),
                call,
                keeper -> keeper.load(request.getModel(), request.getVersion()),
                model -> LoadModelResponse.newBuilder().setModel(model).build());
    }

    private void unload(UnloadModelRequest request, StreamingCall<UnloadModelRequest, UnloadModelResponse> call) {
        change(
                request.getModel(),
                request.getVersion(),
                call,
                keeper -> Future.succeededFuture(keeper.unload(request.getModel(), request.getVersion())),
                model -> UnloadModelResponse.newBuilder().setModel(model).build());
    }

    private void prefer(
            SetDefaultVersionRequest request, StreamingCall<SetDefaultVersionRequest, SetDefaultVersionResponse> call) {
        change(
                request.getModel(),
                request.getVersion(),
                call,
                keeper -> Future.succeededFuture(keeper.prefer(request.getModel(), request.getVersion())),
                model -> SetDefaultVersionResponse.newBuilder().setModel(model).build());
    }

    private <R extends Message> void change(
            String name,
            String version,
            StreamingCall<?, R> call,
            Function<ShelfKeeper, Future<Optional<ShelfRefusal>>> change,
            Function<Model, R> response) {
        required("model", name);
        required("version", version);
        withModels(
                call,
                models -> change.apply(models.keeper())
                        .onSuccess(refusal -> call.guard(() -> {
                            if (refusal.isPresent()) {
                                call.fail(GrpcErrors.of(refusal.get()));
                            } else {
                                call.complete(response.apply(new WireModels(models.versions(), true)
                                        .find(name)
                                        .orElse(gone(name))));
                            }
                        }))
                        .onFailure(call::fail));
    }

    private static void required(String field, String value) {
        if (value.isEmpty()) {
            throw new InvalidFieldException(field, "empty", "a name");
        }
    }

    /** A model whose last version has left by the time it is told about. */
    private static Model gone(String name) {
        return Model.newBuilder().setName(name).build();
    }

    private void withModels(StreamingCall<?, ?> call, Consumer<Operations.Models> action) {
        operations.models().ifPresentOrElse(action, () -> call.fail(GrpcErrors.of(LOADING)));
    }

    private void drain(DrainRequest request, StreamingCall<DrainRequest, DrainResponse> call) {
        call.complete(DrainResponse.newBuilder()
                .setGraceMillis(operations.drain().toMillis())
                .build());
    }

    private void logLevel(GetLogLevelRequest request, StreamingCall<GetLogLevelRequest, GetLogLevelResponse> call) {
        call.complete(GetLogLevelResponse.newBuilder()
                .setLevel(level(operations.logLevel()))
                .build());
    }

    private void changeLogLevel(
            SetLogLevelRequest request, StreamingCall<SetLogLevelRequest, SetLogLevelResponse> call) {
        LogLevel level = request.getLevel();
        if (level == LogLevel.LOG_LEVEL_UNSPECIFIED || level == LogLevel.UNRECOGNIZED) {
            throw new InvalidFieldException("level", request.getLevelValue(), "1..5, error to trace");
        }
        String previous = operations.logLevel();
        operations.logLevel(level.name().substring(LEVEL_PREFIX.length()).toLowerCase(Locale.ROOT));
        call.complete(SetLogLevelResponse.newBuilder()
                .setLevel(level)
                .setPrevious(level(previous))
                .build());
    }

    private static LogLevel level(String name) {
        return LogLevel.valueOf(LEVEL_PREFIX + name.toUpperCase(Locale.ROOT));
    }
}
