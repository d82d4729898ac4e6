package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.json.MessageFields;
import dev.glimpse.api.json.RequestFields;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionDeskTest {
    private static final Failure NO_MORE = new Failure.Cancelled();
    private static final Refinement ONE_STEP = new Refinement(
            0, 0, OptionalDouble.empty(), 1, PlanRequest.of(Optional.of(Sampler.EXACT), OptionalDouble.empty(), 1));

    private final ScriptedGenerator generator = new ScriptedGenerator();
    private final ScriptedLine line = new ScriptedLine();
    private final SessionDesk<String> desk = new SessionDesk<>(generator, line, 2);
    private final Promise<Submission> admission = Promise.promise();
    private ScriptedStream stream;
    private final List<String> done = new ArrayList<>();

    private void drain() {
        desk.drain(NO_MORE, () -> {
            done.add("done");
            desk.close();
        });
    }

    @Test
    void answersThatWaitBehindAWriteLeaveBeforeTheEnd() {
        for (String what : List.of("a", "b", "c")) {
            desk.refuse(Optional.of(what), NO_MORE);
        }
        drain();
        assertThat(done).isEmpty();

        line.taken();
        line.taken();
        assertThat(done).isEmpty();
        line.taken();

        assertThat(line.written).containsExactly("failed a", "failed b", "failed c");
        assertThat(done).containsExactly("done");
    }

    @Test
    void nothingThatRunsOrWaitsIsTheEndAtOnce() {
        drain();

        assertThat(done).containsExactly("done");
    }

    @Test
    void aPauseRightBehindTheStartHoldsWhatTheCoreAdmitsLater() throws Exception {
        start("a");
        desk.pause("a");
        assertThat(line.written).isEmpty();
        admission.complete(new Submission.Admitted(stream));

        assertThat(stream.pauses()).isOne();
        line.taken();
        assertThat(line.written).containsExactly("accepted a", "paused a");

        desk.proceed("a");
        assertThat(stream.pauses()).isZero();
    }

    @Test
    void oneThatIsToldToGoOnBeforeItIsAdmittedIsNotHeld() throws Exception {
        start("a");
        desk.pause("a");
        desk.proceed("a");
        admission.complete(new Submission.Admitted(stream));

        assertThat(stream.pauses()).isZero();
        line.taken();
        line.taken();
        assertThat(line.written).containsExactly("accepted a", "paused a", "resumed a");
    }

    @Test
    void oneThatIsNotAdmittedWasNeverPausedNorLetGoOn() throws Exception {
        start("a");
        desk.pause("a");
        desk.proceed("a");
        drain();
        admission.complete(new Submission.Refused(NO_MORE));
        assertThat(done).isEmpty();
        line.taken();

        assertThat(line.written).containsExactly("failed a");
        assertThat(done).containsExactly("done");
    }

    @Test
    void oneThatBreaksBeforeItIsAdmittedWasNeverPaused() throws Exception {
        start("a");
        desk.pause("a");
        admission.fail(new IllegalStateException("broken"));

        assertThat(line.written).containsExactly("failed a");
    }

    @Test
    void answersThatWaitForTheAdmissionHoldTheInputAsOthersDo() throws Exception {
        start("a");
        for (int i = 0; i < 15; i++) {
            desk.pause("a");
        }
        assertThat(line.held).isFalse();
        desk.pause("a");
        assertThat(line.held).isTrue();

        admission.complete(new Submission.Refused(NO_MORE));
        assertThat(line.held).isFalse();
    }

    /** Its end frees its id, behind which nothing is said of it. */
    @Test
    void oneWhoseEndIsOnItsWayIsNeitherPausedNorLetGoOn() throws Exception {
        start("a");
        admission.complete(new Submission.Refused(NO_MORE));
        desk.pause("a");
        desk.proceed("a");
        line.taken();

        assertThat(line.written).containsExactly("failed a");
    }

    @Test
    void aPauseBehindAnOrderToGoOnIsAnsweredBehindItsAnswer() throws Exception {
        start("a");
        admission.complete(new Submission.Admitted(stream));
        line.taken();
        Promise<Optional<Failure>> room = Promise.promise();
        stream.answerProceeding(room.future());
        desk.pause("a");
        desk.proceed("a");
        desk.pause("a");
        assertThat(stream.pauses()).isOne();

        room.complete(Optional.empty());
        line.taken();
        line.taken();

        assertThat(line.written).containsExactly("accepted a", "paused a", "resumed a", "paused a");
    }

    /** As when a client asks twice and there is room by the second time. */
    @Test
    void oneThatGoesOnByALaterOrderIsNotEndedAsPaused() throws Exception {
        start("a");
        admission.complete(new Submission.Admitted(stream));
        line.taken();
        Promise<Optional<Failure>> first = Promise.promise();
        Promise<Optional<Failure>> second = Promise.promise();
        desk.pause("a");
        stream.answerProceeding(first.future());
        desk.proceed("a");
        stream.answerProceeding(second.future());
        desk.proceed("a");
        first.complete(Optional.of(NO_MORE));
        second.complete(Optional.empty());

        desk.finish(NO_MORE, () -> done.add("done"));

        assertThat(stream.cancelled()).isNotDone();
    }

    @Test
    void oneThatIsNotAdmittedYetIsRefinedOnceItIs() throws Exception {
        start("a");
        List<String> refined = new ArrayList<>();
        refine("b", "a", refined);
        assertThat(refined).isEmpty();
        assertThat(line.written).isEmpty();
        admission.complete(new Submission.Admitted(stream));

        assertThat(refined).containsExactly(stream.accepted().requestId());
    }

    @Test
    void oneThatIsNotAdmittedCannotBeRefined() throws Exception {
        start("a");
        List<String> refined = new ArrayList<>();
        refine("b", "a", refined);
        admission.complete(new Submission.Refused(NO_MORE));
        line.taken();

        assertThat(line.written).containsExactlyInAnyOrder("failed a", "failed b");
        assertThat(refined).isEmpty();
    }

    private void refine(String id, String of, List<String> refined) {
        desk.refine(id, of, requestId -> {
            refined.add(requestId);
            return new RefineRequest(requestId, ONE_STEP, PreviewKind.NONE, ImageFormat.PNG, Optional.empty());
        });
    }

    private void start(String id) throws Exception {
        GenerationRequest request = RequestFields.request(new MessageFields(new JsonObject()), Set.of());
        generator.answer(asked -> admission.future());
        desk.start(id, request);
        stream = new ScriptedStream(ScriptedGenerator.accepted(generator.request(), ScriptedGenerator.MODEL));
    }
}
