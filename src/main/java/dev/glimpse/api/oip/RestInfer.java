package dev.glimpse.api.oip;

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
import dev.glimpse.generation.Submission;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request over REST, answered with all of its final pictures as tensors. */
final class RestInfer {
    private static final Logger LOG = LoggerFactory.getLogger(RestInfer.class);

    private final RoutingContext context;
    private final HttpCall call;
    private final InferCall infer;

    private RestInfer(RoutingContext context, HttpCall call, InferCall infer) {
        this.context = context;
        this.call = call;
        this.infer = infer;
    }

    /** The answer's bytes, and how many of them are JSON if not all. */
    private record Body(Buffer bytes, Optional<Integer> jsonLength) {}

    static void answer(RoutingContext context, Generator generator, ModelAddress model, EventStreamSettings settings) {
        HttpCall call = new HttpCall(context, settings, generator.limits().maxDuration());
        RestInfer rest;
        GenerationRequest request;
        try {
            Buffer body = Optional.ofNullable(context.body().buffer()).orElseGet(Buffer::buffer);
            InferCall infer = JsonTensors.read(
                    model, BinaryBody.of(body, context.request().getHeader(BinaryBody.JSON_LENGTH)));
            rest = new RestInfer(context, call, infer);
            request = infer.request(false, Optional.empty());
        } catch (InvalidFieldException e) {
            RestErrors.answer(call, e.failure(), OipErrors::http);
            return;
        }
        Guarded.call(() -> generator.submit(request))
                .onSuccess(rest::submitted)
                .onFailure(bug -> rest.broken(UUID.randomUUID().toString(), bug));
    }

    private void submitted(Submission submission) {
        if (submission instanceof Submission.Refused refused) {
            fail(refused.failure());
        } else if (submission instanceof Submission.Admitted admitted) {
            collect(admitted.stream());
        }
    }

    private void collect(GenerationStream stream) {
        call.onLeft(stream::cancel);
        FinalPictures.of(stream)
                .onSuccess(outcome -> outcome.either(complete -> complete(stream.accepted(), complete), this::fail))
                .onFailure(bug -> {
                    stream.cancel();
                    broken(stream.accepted().requestId(), bug);
                });
    }

    private void complete(GenerationEvent.Accepted accepted, FinalPictures.Outcome.Complete complete) {
        Output.Result result = new Output.Result(
                accepted, complete.pictures(), complete.finished().nfe());
        // Pixels as text are many, and an event loop has others to serve.
        context.vertx()
                .executeBlocking(() -> body(result), false)
                .onSuccess(this::send)
                .onFailure(bug -> broken(accepted.requestId(), bug));
    }

    private Body body(Output.Result result) {
        List<OutputTensor> tensors = infer.tensors(result);
        JsonArray outputs = new JsonArray();
        Buffer behind = Buffer.buffer();
        for (int i = 0; i < tensors.size(); i++) {
            OutputTensor tensor = tensors.get(i);
            JsonObject output = new JsonObject()
                    .put("name", tensor.output().title())
                    .put("datatype", tensor.output().type().name())
                    .put("shape", new JsonArray(tensor.shape()));
            ByteBuffer bytes = tensor.bytes();
            if (infer.outputs().get(i).binary()) {
                output.put("parameters", new JsonObject().put("binary_data_size", bytes.remaining()));
                behind.appendBytes(bytes.array());
            } else {
                output.put("data", tensor.output().type().json(bytes));
            }
            outputs.add(output);
        }
        JsonObject json = new JsonObject()
                .put("model_name", result.accepted().model().name())
                .put("model_version", result.accepted().model().version());
        if (!infer.id().isEmpty()) {
            json.put("id", infer.id());
        }
        json.put("parameters", new JsonObject().put(WireTensors.SHORTENED, result.shortened()));
        Buffer head = json.put("outputs", outputs).toBuffer();
        boolean binary = infer.outputs().stream().anyMatch(InferCall.Wanted::binary);
        return binary
                ? new Body(head.copy().appendBuffer(behind), Optional.of(head.length()))
                : new Body(head, Optional.empty());
    }

    private void send(Body body) {
        body.jsonLength().ifPresent(length -> call.header(BinaryBody.JSON_LENGTH, Integer.toString(length)));
        call.answer(200, body.jsonLength().isPresent() ? "application/octet-stream" : "application/json", body.bytes());
    }

    private void fail(Failure failure) {
        RestErrors.answer(call, failure, OipErrors::http);
    }

    private void broken(String requestId, Throwable bug) {
        LOG.error("Request {} broke", requestId, bug);
        fail(new Failure.Internal(requestId));
    }
}
