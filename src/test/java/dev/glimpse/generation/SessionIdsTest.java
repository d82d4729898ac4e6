package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.json.MessageFields;
import dev.glimpse.api.json.RequestFields;
import dev.glimpse.image.ImageFormat;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** For how long a session's desk knows generations by their ids. */
class SessionIdsTest {
    private static final int KEPT = 1100;
    private static final GenerationRequest REQUEST =
            RequestFields.request(new MessageFields(new JsonObject()), Set.of());
    private static final Refinement REFINEMENT = new Refinement(
            0, 0, OptionalDouble.empty(), 1, PlanRequest.of(Optional.empty(), OptionalDouble.empty(), 1));

    private final ScriptedGenerator generator = new ScriptedGenerator();
    private final ScriptedLine line = new ScriptedLine();
    private final List<String> refined = new ArrayList<>();

    @Test
    void whatTheSessionKeepsIsKnownByItsIdAndNoMoreThanThat() {
        generator.keptRequests(KEPT);
        SessionDesk<String> desk = new SessionDesk<>(generator, line, 2);
        GenerationStream ended = new EndedStream(ScriptedGenerator.accepted(REQUEST, ScriptedGenerator.MODEL));
        generator.answer(asked -> Future.succeededFuture(new Submission.Admitted(ended)));
        for (int i = 0; i < KEPT; i++) {
            desk.start("g" + i, REQUEST);
            line.taken();
            line.taken();
        }
        refine(desk, "b", "g0");
        assertThat(refined).containsExactly("b");
        line.taken();

        // The refinement is a request as well, and the oldest of more than are kept is forgotten.
        refine(desk, "c", "g0");
        assertThat(refined).containsExactly("b");
        assertThat(line.written).endsWith("accepted b", "failed c");
    }

    private void refine(SessionDesk<String> desk, String id, String of) {
        desk.refine(id, of, requestId -> {
            refined.add(id);
            return new RefineRequest(requestId, REFINEMENT, PreviewKind.NONE, ImageFormat.PNG, Optional.empty());
        });
    }

    /** One that has ended when it is read. */
    private record EndedStream(GenerationEvent.Accepted accepted) implements GenerationStream {
        @Override
        public Future<GenerationEvent> next() {
            return Future.succeededFuture(new GenerationEvent.Failed(new Failure.Cancelled()));
        }

        @Override
        public void cancel() {}

        @Override
        public void pause() {}

        @Override
        public Future<Optional<Failure>> proceed() {
            return Future.succeededFuture(Optional.empty());
        }
    }
}
