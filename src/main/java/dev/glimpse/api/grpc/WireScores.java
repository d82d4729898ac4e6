package dev.glimpse.api.grpc;

import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.Scorer;
import dev.glimpse.generation.ScoringEvent;
import dev.glimpse.generation.ScoringMethod;
import dev.glimpse.generation.ScoringRequest;
import glimpse.wire.v1.LabelledPicture;
import glimpse.wire.v1.LikelihoodAccepted;
import glimpse.wire.v1.LikelihoodProgress;
import glimpse.wire.v1.LikelihoodRequest;
import glimpse.wire.v1.LikelihoodResult;
import glimpse.wire.v1.PictureLikelihood;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads wire requests for likelihoods, and writes their events. */
final class WireScores {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final int DEFAULT_PROBES = 1;

    private WireScores() {}

    /**
     * The request that a message stands for.
     *
     * @param timeout how long the client waits; absent if it did not say
     * @throws InvalidFieldException naming the first field that cannot be served
     */
    static ScoringRequest read(LikelihoodRequest wire, Optional<Duration> timeout) {
        List<ScoringRequest.Picture> pictures = new ArrayList<>();
        for (int i = 0; i < wire.getPicturesCount(); i++) {
            LabelledPicture picture = wire.getPictures(i);
            String at = "pictures[" + i + "].";
            pictures.add(new ScoringRequest.Picture(
                    WireEdits.picture(at + "image", picture.getImage()),
                    WireRequests.label(
                            at,
                            picture.hasClassIndex(),
                            picture.getClassIndex(),
                            picture.hasClassName(),
                            picture.getClassName())));
        }
        return new ScoringRequest(
                wire.getModel(), wire.getModelVersion(), pictures, method(wire), wire.getSeed(), timeout);
    }

    private static ScoringMethod method(LikelihoodRequest wire) {
        if (wire.hasBound()) {
            return new ScoringMethod.Bound(
                    wire.getBound().hasPasses()
                            ? WireRequests.unsigned(
                                    "bound.passes", wire.getBound().getPasses())
                            : ScoringMethod.Bound.DEFAULT_PASSES);
        }
        return new ScoringMethod.Ode(
                wire.getOde().hasTolerance() ? wire.getOde().getTolerance() : ScoringMethod.Ode.DEFAULT_TOLERANCE,
                wire.getOde().hasProbes()
                        ? WireRequests.unsigned("ode.probes", wire.getOde().getProbes())
                        : DEFAULT_PROBES);
    }

    static LikelihoodAccepted accepted(ScoringEvent.Accepted event) {
        return LikelihoodAccepted.newBuilder()
                .setRequestId(event.requestId())
                .setModel(event.model().name())
                .setModelVersion(event.model().version())
                .setSeed(event.seed())
                .setWaiting(event.waiting())
                .build();
    }

    static LikelihoodProgress progress(ScoringEvent.Progress event) {
        LikelihoodProgress.Builder progress = LikelihoodProgress.newBuilder()
                .setEvaluations(event.evaluations())
                .setNfe(event.nfe())
                .setShare(event.share())
                .setElapsedMicros(event.elapsedNanos() / NANOS_PER_MICRO);
        event.time().ifPresent(progress::setT);
        return progress.build();
    }

    static LikelihoodResult result(ScoringEvent.Scored event) {
        Scorer.Scores scores = event.scores();
        LikelihoodResult.Builder result = LikelihoodResult.newBuilder()
                .setBitsPerDimension(scores.bitsPerDimension())
                .setEvaluations(event.evaluations())
                .setNfe(event.nfe())
                .setElapsedMicros(event.elapsedNanos() / NANOS_PER_MICRO);
        scores.pictures().forEach(picture -> result.addPictures(picture(picture)));
        scores.probeError().ifPresent(result::setProbeError);
        scores.pictureError().ifPresent(result::setPictureError);
        return result.build();
    }

    private static PictureLikelihood picture(Scorer.PictureScore score) {
        PictureLikelihood.Builder picture = PictureLikelihood.newBuilder()
                .setBitsPerDimension(score.bitsPerDimension())
                .setPriorLogDensity(score.priorLogDensity())
                .setLogDeterminant(score.logDeterminant())
                .setEvaluations(score.evaluations());
        score.standardError().ifPresent(picture::setStandardError);
        return picture.build();
    }
}
