package dev.glimpse.api.oip;

import dev.glimpse.access.Grant;
import dev.glimpse.api.json.MessageFields;
import dev.glimpse.api.json.RequestFields;
import dev.glimpse.api.web.EventStream;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.api.web.HttpCall;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.FinalPictures;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.Guarded;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.generation.Submission;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol's generation over REST: the fields of a request, or a token to go on with, as plain JSON, answered with
 * its pictures at once, or with each frame as an event of its own.
 */
final class RestGenerate {
    private static final Logger LOG = LoggerFactory.getLogger(RestGenerate.class);

    private final HttpCall call;
    private final Asked asked;
    private final Context context = Vertx.currentContext();

    private RestGenerate(HttpCall call, Asked asked) {
        this.call = call;
        this.asked = asked;
    }

    /** What a client asks for: the id that comes back with it, or "", the model, and the way into the core. */
    private record Asked(String id, ModelAddress model, Function<Generator, Future<Submission>> handingIn) {}

    /** Answers with all final pictures at once. */
    static void answer(RoutingContext context, Generator generator, ModelAddress model, EventStreamSettings settings) {
        begin(
                new HttpCall(context, settings, generator.limits().maxDuration()),
                generator,
                body(context, model, false),
                RestGenerate::collect);
    }

    /** Answers with frames as they are made. */
    static void stream(RoutingContext context, Generator generator, ModelAddress model, EventStreamSettings settings) {
        begin(
                new HttpCall(context, settings, generator.limits().maxDuration()),
                generator,
                body(context, model, true),
                rest -> rest::relay);
    }

    /** Reads a request when it is asked to. */
    private interface Reading {
        Asked read();
    }

    /** What to do with the stream of a request. */
    private interface Answering {
        Consumer<GenerationStream> of(RestGenerate rest);
    }

    private static Reading body(RoutingContext context, ModelAddress address, boolean frames) {
        return () -> {
            @Nullable Buffer body = context.body().buffer();
            JsonObject json = RequestFields.object("body", body == null ? "" : body.toString());
            Object parameters = json.remove("parameters");
            if (parameters instanceof JsonObject more) {
                more.fieldNames().forEach(name -> requireOnce(json, name));
                json.mergeIn(more);
            } else if (parameters != null) {
                throw MessageFields.refused("parameters", parameters, "an object");
            }
            return asked(json, address, frames);
        };
    }

    private static Asked asked(JsonObject json, ModelAddress address, boolean frames) {
        MessageFields fields = new MessageFields(json);
        String id = fields.text("id").orElse("");
        InferCall.requireShort(id);
        ModelAddress model = address.confirmed(fields, "model");
        List.of("id", "model", "model_version").forEach(json::remove);
        if (fields.has(ResumeRequest.FIELD)) {
            ResumeRequest begun = RequestFields.resume(fields, Set.of());
            ResumeRequest rest = frames ? begun : begun.withoutPreviews();
            return new Asked(id, model, generator -> generator.resume(rest));
        }
        json.put("model", model.name()).put("model_version", model.version());
        GenerationRequest read = RequestFields.request(fields, Set.of());
        GenerationRequest request = frames ? read : read.shown(PreviewKind.NONE, read.format());
        return new Asked(id, model, generator -> generator.submit(request));
    }

    private static void requireOnce(JsonObject json, String name) {
        if (json.getValue(name) != null) {
            throw MessageFields.refused(name, "given twice", "once, with the parameters or beside them");
        }
    }

    private static void begin(HttpCall call, Generator generator, Reading reading, Answering answering) {
        RestGenerate rest;
        try {
            rest = new RestGenerate(call, reading.read());
        } catch (InvalidFieldException e) {
            RestErrors.answer(call, e.failure(), OipErrors::httpOfGeneration);
            return;
        }
        Guarded.call(() -> rest.asked.handingIn().apply(generator))
                .onSuccess(submission -> rest.submitted(submission, answering.of(rest)))
                .onFailure(bug -> rest.broken(UUID.randomUUID().toString(), bug));
    }

    private void submitted(Submission submission, Consumer<GenerationStream> answering) {
        if (submission instanceof Submission.Refused refused) {
            fail(refused.failure());
        } else if (submission instanceof Submission.Admitted admitted) {
            ServedModel model = admitted.stream().accepted().model();
            if (asked.model().isOf(model)) {
                call.onLeft(admitted.stream()::cancel);
                answering.accept(admitted.stream());
            } else {
                admitted.stream().cancel();
                String given = "of " + model.name() + "/" + model.version();
                fail(Failure.InvalidField.of(ResumeRequest.FIELD, given, "of the model that the address says"));
            }
        }
    }

    private static Consumer<GenerationStream> collect(RestGenerate rest) {
        return stream -> FinalPictures.of(stream)
                .onSuccess(
                        outcome -> outcome.either(complete -> rest.complete(stream.accepted(), complete), rest::fail))
                .onFailure(bug -> rest.broken(stream, bug));
    }

    private void complete(GenerationEvent.Accepted accepted, FinalPictures.Outcome.Complete complete) {
        JsonObject json = GeneratedJson.pictures(asked.id(), accepted, complete);
        call.answer(200, "application/json", json.toBuffer());
    }

    /** Waits for the first frame, as a failure before it is an answer with a status of its own. */
    private void relay(GenerationStream stream) {
        stream.next()
                .onSuccess(event -> {
                    if (event instanceof GenerationEvent.Failed failed) {
                        fail(failed.failure());
                    } else {
                        EventStream out = call.events();
                        out.onLeft(stream::cancel);
                        out.onRevoked("", RestErrors.within(Grant.REVOKED, 401));
                        deliver(stream, out, event);
                    }
                })
                .onFailure(bug -> broken(stream, bug));
    }

    private void deliver(GenerationStream stream, EventStream out, GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped stepped) {
            out.send("", "", GeneratedJson.frame(asked.id(), stream.accepted(), stepped))
                    .onSuccess(v -> context.runOnContext(turn -> pull(stream, out)));
        } else if (event instanceof GenerationEvent.Failed failed) {
            out.end("", "", RestErrors.within(failed.failure(), OipErrors::httpOfGeneration), Optional.empty());
        } else {
            out.end();
        }
    }

    private void pull(GenerationStream stream, EventStream out) {
        stream.next().onSuccess(event -> deliver(stream, out, event)).onFailure(bug -> {
            String requestId = stream.accepted().requestId();
            LOG.error("Request {} broke", requestId, bug);
            stream.cancel();
            deliver(stream, out, new GenerationEvent.Failed(new Failure.Internal(requestId)));
        });
    }

    private void fail(Failure failure) {
        RestErrors.answer(call, failure, OipErrors::httpOfGeneration);
    }

    private void broken(GenerationStream stream, Throwable bug) {
        stream.cancel();
        broken(stream.accepted().requestId(), bug);
    }

    private void broken(String requestId, Throwable bug) {
        LOG.error("Request {} broke", requestId, bug);
        fail(new Failure.Internal(requestId));
    }
}
