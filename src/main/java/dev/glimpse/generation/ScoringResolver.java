package dev.glimpse.generation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads the pictures of requests for likelihoods, and holds them to what the model and the limits allow. */
final class ScoringResolver {
    private final RequestResolver models;
    private final GenerationLimits limits;
    private final ScoringSettings settings;

    /** @param models finds the model that a client means */
    ScoringResolver(RequestResolver models, GenerationLimits limits, ScoringSettings settings) {
        this.models = models;
        this.limits = limits;
        this.settings = settings;
    }

    /** The answer to a request. */
    sealed interface Answer {
        record Resolved(ScoringTask task) implements Answer {}

        record Refused(Failure failure) implements Answer {}
    }

    /** Takes some milliseconds for each picture, which no event loop should wait for. */
    Answer resolve(ScoringRequest request) {
        RequestResolver.Choice choice = models.choose(request.model(), request.version());
        if (choice instanceof RequestResolver.Choice.Missing missing) {
            return new Answer.Refused(missing.failure());
        }
        ModelSource source = ((RequestResolver.Choice.Found) choice).source();
        try {
            long nfe = settings.require(request);
            List<Scorer.Picture> pictures = new ArrayList<>();
            for (int i = 0; i < request.pictures().size(); i++) {
                try {
                    pictures.add(picture(source, request.pictures().get(i)));
                } catch (InvalidFieldException e) {
                    String at = "pictures[" + i + "].";
                    return new Answer.Refused(new Failure.InvalidField(at + e.field(), at + e.getMessage()));
                }
            }
            Duration longest = limits.maxDuration();
            return new Answer.Resolved(new ScoringTask(
                    source.id(),
                    source.spec(),
                    models.newRequestId(),
                    models.served(source),
                    new Scorer.Work(pictures, request.method(), request.seed()),
                    nfe,
                    request.timeout().filter(t -> t.compareTo(longest) < 0).orElse(longest)));
        } catch (InvalidFieldException e) {
            return new Answer.Refused(e.failure());
        }
    }

    private static Scorer.Picture picture(ModelSource source, ScoringRequest.Picture picture) {
        RecipePlanner planner = new RecipePlanner(source.spec());
        planner.requireLabel(picture.label());
        float[] values = new EditResolver(source.spec()).values("image", picture.image());
        byte[] pixels = new byte[values.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.round((values[i] + 1) * 127.5);
        }
        return new Scorer.Picture(pixels, picture.label().map(planner::index).orElse(-1));
    }
}
