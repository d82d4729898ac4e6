package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Sampler;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A state of the client's is no noise: where it is refined from a later time than its own, it has to be raised. */
@Timeout(60)
class RaisedLatentTest {
    private static final int SEED = 7;

    /** An edit that begins with a state that is there, the value of each of its elements, and the level it lies at. */
    private record Given(EditRequest edit, float value, double level) {}

    private static Stream<Given> given() {
        float value = 0.25f;
        int elements = GaussianEngine.SPEC.dimension();
        float[] latent = new float[elements];
        Arrays.fill(latent, value);
        ByteBuffer state = ByteBuffer.allocate(Float.BYTES * elements).order(ByteOrder.LITTLE_ENDIAN);
        state.asFloatBuffer().put(latent);
        EditRequest.Picture black = new EditRequest.Picture(new byte[elements], ImageFormat.RAW_U8);
        return Stream.of(
                new Given(
                        new EditRequest.Begin(state.array(), new EditRequest.Shape(0, 0, 0), OptionalDouble.of(5)),
                        value,
                        5),
                new Given(
                        new EditRequest.Encode(black, false, OptionalDouble.of(40)),
                        -1,
                        GaussianEngine.SPEC.sigmaMin()));
    }

    /** Times of refinements from the first step, each of the one before; 0 for one that names none. */
    static Stream<Arguments> ways() {
        return given().flatMap(given -> Stream.of(
                        List.of(20.0), List.of(20.0, 0.0), List.of(20.0, 30.0), List.of(20.0, 0.0, 30.0, 0.0))
                .map(times -> Arguments.of(given, times)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void latentIsRaisedFromItsOwnLevelToTheTimeItIsRefinedFrom(Given given, List<Double> times) {
        try (Core core = new Core(Settings.of(1))) {
            GenerationSession session = core.generator().session();
            GenerationStream stream = admitted(session.submit(
                    Requests.steps(2).preview(PreviewKind.NONE).build().with(given.edit())));
            for (double time : times) {
                Core.finished(Core.readAll(stream));
                stream = admitted(session.refine(refine(stream, time)));
            }
            double time = times.stream().mapToDouble(t -> t).max().orElseThrow();
            assertThat(stream.accepted().plan().steps().get(0).t()).isEqualTo(time);
            float[] raised = new float[GaussianEngine.SPEC.dimension()];
            Arrays.fill(raised, given.value());
            double std = Math.sqrt(time * time - given.level() * given.level());
            NoiseStream.raise(raised, (float) std, SEED, 0, 0);
            List<GenerationEvent> events = Core.readAll(stream);
            Core.finished(events);
            float[] y = Core.floats(Core.frames(events).get(0).image());
            for (int i = 0; i < y.length; i++) {
                float expected = (float) GaussianEngine.jump(raised[i], time, GaussianEngine.SPEC.sigmaMin(), 1);
                assertThat(y[i]).isCloseTo(expected, within(1e-4f));
            }
        }
    }

    private static GenerationStream admitted(Future<Submission> submission) {
        Submission answer = Core.await(submission);
        assertThat(answer).isInstanceOf(Submission.Admitted.class);
        return ((Submission.Admitted) answer).stream();
    }

    private static RefineRequest refine(GenerationStream stream, double time) {
        OptionalDouble asked = time == 0 ? OptionalDouble.empty() : OptionalDouble.of(time);
        PlanRequest once = PlanRequest.of(Optional.of(Sampler.EXACT), OptionalDouble.empty(), 1);
        return new RefineRequest(
                stream.accepted().requestId(),
                new Refinement(0, 0, asked, 1, once),
                PreviewKind.NONE,
                ImageFormat.RAW_F32,
                Optional.empty());
    }
}
