package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.scheduler.Rank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;

/** A core that computes likelihoods by a scripted scorer, and the ways in which tests ask for them. */
final class ScoringCore implements AutoCloseable {
    static final int EVALUATIONS = 3;
    static final ScoringSettings SETTINGS = new ScoringSettings(2, 1, 0.25, 4, 8, 1000, 2);

    /** The seeds in whose order scoring began. */
    final List<Long> begun = new CopyOnWriteArrayList<>();

    final List<String> entries = Collections.synchronizedList(new ArrayList<>());
    final Core core;

    ScoringCore() {
        this(SETTINGS, Duration.ofSeconds(10));
    }

    ScoringCore(ScoringSettings settings, Duration drainGrace) {
        this(settings, Settings.of(1, drainGrace), GenerationListener.NONE);
    }

    /** One that gives up what does not end, with somebody who listens. */
    ScoringCore(StuckRule rule, GenerationListener listener) {
        this(SETTINGS, Settings.impatient(1, rule), listener);
    }

    private ScoringCore(ScoringSettings scoring, GenerationSettings settings, GenerationListener listener) {
        core = new Core(settings, listener, new Scoring(Optional.of(this::score), scoring));
    }

    @Override
    public void close() {
        core.close();
    }

    /** Evaluates the network a few times, and tells how often. */
    private Scorer.Scores score(DifferentiableDenoiser denoiser, Scorer.Work work, Scorer.Progress progress) {
        begun.add(work.seed());
        int size = 4 * GaussianEngine.SPEC.dimension();
        for (int i = 1; i <= EVALUATIONS; i++) {
            float[] times = {i, i, i + 1, i};
            float[] v = new float[work.method().probes() * size];
            for (int k = 0; k < v.length; k++) {
                v[k] = k;
            }
            float[] products = new float[v.length];
            denoiser.denoise(new JumpBatch(4, new float[size], times, times, new int[4]), v, new float[size], products);
            assertProducts(times, v, products);
            progress.evaluated(work.pictures().size(), (double) i / EVALUATIONS);
        }
        List<Scorer.PictureScore> scores = work.pictures().stream()
                .map(picture -> new Scorer.PictureScore(
                        picture.label(), OptionalDouble.empty(), picture.pixels()[0], 0, EVALUATIONS))
                .toList();
        return new Scorer.Scores(scores, 1, OptionalDouble.empty(), OptionalDouble.empty());
    }

    private static void assertProducts(float[] times, float[] v, float[] products) {
        double variance = GaussianEngine.SIGMA_DATA * GaussianEngine.SIGMA_DATA;
        for (int k = 0; k < v.length; k++) {
            double t = times[k % (4 * GaussianEngine.SPEC.dimension()) / GaussianEngine.SPEC.dimension()];
            assertThat(products[k]).isEqualTo((float) (variance / (variance + t * t) * v[k]));
        }
    }

    ScoringStream open(ScoringRequest request) {
        return open(request, Client.ANYONE);
    }

    ScoringStream open(ScoringRequest request, Client client) {
        ScoringSubmission submission = Core.await(core.service.as(client).score(request));
        assertThat(submission).isInstanceOf(ScoringSubmission.Admitted.class);
        return ((ScoringSubmission.Admitted) submission).stream();
    }

    Failure refusal(ScoringRequest request, Client client) {
        ScoringSubmission submission = Core.await(core.service.as(client).score(request));
        assertThat(submission).isInstanceOf(ScoringSubmission.Refused.class);
        return ((ScoringSubmission.Refused) submission).failure();
    }

    static List<ScoringEvent> readAll(ScoringStream stream) {
        List<ScoringEvent> events = new ArrayList<>();
        do {
            events.add(Core.await(stream.next()));
        } while (events.get(events.size() - 1) instanceof ScoringEvent.Progress);
        return events;
    }

    static ScoringEvent last(ScoringStream stream) {
        List<ScoringEvent> events = readAll(stream);
        return events.get(events.size() - 1);
    }

    /** Pictures of class 1 whose pixels are 10, 11, ... */
    static ScoringRequest request(long seed, int pictures, ScoringMethod method) {
        List<ScoringRequest.Picture> all = new ArrayList<>();
        for (int i = 0; i < pictures; i++) {
            all.add(new ScoringRequest.Picture(picture(10 + i), Optional.of(new ClassLabel.Index(1))));
        }
        return new ScoringRequest("", "", all, method, seed, Optional.empty());
    }

    static ScoringRequest request(List<ScoringRequest.Picture> pictures) {
        return new ScoringRequest("", "", pictures, new ScoringMethod.Bound(1), 0, Optional.empty());
    }

    static ScoringRequest within(ScoringRequest request, long millis) {
        return new ScoringRequest(
                request.model(),
                request.version(),
                request.pictures(),
                request.method(),
                request.seed(),
                Optional.of(Duration.ofMillis(millis)));
    }

    static EditRequest.Picture picture(int pixel) {
        byte[] pixels = new byte[GaussianEngine.SPEC.dimension()];
        Arrays.fill(pixels, (byte) pixel);
        return new EditRequest.Picture(pixels, ImageFormat.RAW_U8);
    }

    Client client(Rank rank) {
        return client("team", rank);
    }

    Client client(String tenant, Rank rank) {
        return client(tenant, rank, 1);
    }

    Client client(String tenant, Rank rank, double weight) {
        return new Client(tenant, rank, weight, new Budget() {
            @Override
            public Optional<Failure> begin(int trajectories, long nfe) {
                entries.add("begin " + trajectories + " " + nfe);
                return Optional.empty();
            }

            @Override
            public void spent(long nfe) {
                entries.add("spent " + nfe);
            }

            @Override
            public void sent(long bytes) {
                entries.add("sent " + bytes);
            }

            @Override
            public void end(int trajectories, long unusedNfe) {
                entries.add("end " + trajectories + " " + unusedNfe);
            }
        });
    }
}
