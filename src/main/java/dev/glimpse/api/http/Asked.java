package dev.glimpse.api.http;

import dev.glimpse.api.json.MessageFields;
import dev.glimpse.api.json.RequestFields;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.Submission;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/** What a client asks for: pictures, or more of the events of an earlier request. */
sealed interface Asked {
    /** Hands it in. */
    Future<Submission> submit(Generator generator);

    /** The same for a client that sees the last pictures alone, so that no others are computed for nobody. */
    Asked withoutPreviews();

    /** Pictures from their beginning. */
    record Pictures(GenerationRequest request) implements Asked {
        @Override
        public Future<Submission> submit(Generator generator) {
            return generator.submit(request);
        }

        @Override
        public Asked withoutPreviews() {
            return new Pictures(request.shown(PreviewKind.NONE, request.format()));
        }
    }

    /** What comes behind a token. */
    record Rest(ResumeRequest request) implements Asked {
        @Override
        public Future<Submission> submit(Generator generator) {
            return generator.resume(request);
        }

        @Override
        public Asked withoutPreviews() {
            return new Rest(request.withoutPreviews());
        }
    }

    /**
     * Reads the fields of a body or an address.
     *
     * @throws dev.glimpse.generation.InvalidFieldException naming the first field that cannot be served
     */
    static Asked read(JsonObject json) {
        MessageFields fields = new MessageFields(json);
        return fields.has(ResumeRequest.FIELD)
                ? new Rest(RequestFields.resume(fields, Set.of()))
                : new Pictures(RequestFields.request(fields, Set.of()));
    }
}
