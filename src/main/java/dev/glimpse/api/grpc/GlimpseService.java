package dev.glimpse.api.grpc;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.glimpse.access.Entrance;
import dev.glimpse.api.rpc.CallTerms;
import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.api.rpc.KnownCallers;
import dev.glimpse.api.rpc.OneRequest;
import dev.glimpse.api.rpc.RequestParser;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.generation.Generator;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.EncodeRequest;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GetModelRequest;
import glimpse.wire.v1.GetModelResponse;
import glimpse.wire.v1.GlimpseGrpcService;
import glimpse.wire.v1.LikelihoodRequest;
import glimpse.wire.v1.ListModelsRequest;
import glimpse.wire.v1.ListModelsResponse;
import glimpse.wire.v1.SampleRequest;
import glimpse.wire.v1.SessionRequest;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import java.time.Duration;
import java.util.Optional;

/** The service {@code glimpse.v1.Glimpse}: each of its methods, for callers that are known. */
final class GlimpseService {
    private final KnownCallers callers;
    private final Entrance entrance;
    private final int maxMessageBytes;
    private final int maxGenerations;

    /**
     * @param maxMessageBytes largest request message, packed and unpacked
     * @param maxGenerations most generations that one session runs at once
     */
    GlimpseService(Vertx vertx, Entrance entrance, int maxMessageBytes, int maxGenerations) {
        this.callers = new KnownCallers(vertx, entrance);
        this.entrance = entrance;
        this.maxMessageBytes = maxMessageBytes;
        this.maxGenerations = maxGenerations;
    }

    /** The answer to the one request of a call, from a core as its caller may use it. */
    private interface Answer<Q extends Message, R extends Message> {
        void answer(Generator generator, Q request, StreamingCall<Q, R> call);
    }

    Service service() {
        // A session lives as long as its client; each of its generations has a bound of its own.
        var sessions = terms(SessionRequest.parser(), Optional.empty());
        return Service.service(GlimpseGrpcService.SERVICE_NAME, GlimpseGrpcService.SERVICE_DESCRIPTOR)
                .bind(GlimpseGrpcService.Generate, once(GenerateRequest.parser(), GenerateRelay::answer))
                .bind(
                        GlimpseGrpcService.Session,
                        request -> callers.enter(
                                request,
                                sessions,
                                generator -> call -> new SessionExchange(generator, call, maxGenerations)))
                .bind(GlimpseGrpcService.Edit, once(EditRequest.parser(), GenerateRelay::answer))
                .bind(GlimpseGrpcService.Encode, once(EncodeRequest.parser(), EncodeRelay::answer))
                .bind(GlimpseGrpcService.Likelihood, once(LikelihoodRequest.parser(), LikelihoodRelay::answer))
                .bind(GlimpseGrpcService.Sample, once(SampleRequest.parser(), SampleCollection::answer))
                .bind(GlimpseGrpcService.GetModel, once(GetModelRequest.parser(), this::model))
                .bind(GlimpseGrpcService.ListModels, once(ListModelsRequest.parser(), this::models))
                .build();
    }

    private void model(
            Generator generator, GetModelRequest request, StreamingCall<GetModelRequest, GetModelResponse> call) {
        WireModels models = new WireModels(generator.versions(), false);
        models.find(request.getName())
                .ifPresentOrElse(
                        model -> call.complete(GetModelResponse.newBuilder()
                                .setModel(model)
                                .setLimits(WireModels.limits(generator.limits(), maxMessageBytes))
                                .build()),
                        () -> call.fail(GrpcErrors.of(models.notFound(request.getName()))));
    }

    private void models(
            Generator generator, ListModelsRequest request, StreamingCall<ListModelsRequest, ListModelsResponse> call) {
        call.complete(ListModelsResponse.newBuilder()
                .addAllModels(new WireModels(generator.versions(), false).all())
                .setLimits(WireModels.limits(generator.limits(), maxMessageBytes))
                .build());
    }

    /** A method that is asked once, and lives no longer than a request may. */
    private <Q extends Message, R extends Message> Handler<GrpcServerRequest<Q, R>> once(
            Parser<Q> parser, Answer<Q, R> answer) {
        var terms = terms(parser, Optional.of(entrance.limits().maxDuration()));
        return request -> callers.enter(
                request,
                terms,
                generator -> OneRequest.then((message, call) -> answer.answer(generator, message, call)));
    }

    private <Q extends Message> CallTerms<Q> terms(Parser<Q> parser, Optional<Duration> maxDuration) {
        return new CallTerms<>(new RequestParser<>(parser, maxMessageBytes), maxDuration);
    }
}
