package dev.glimpse.generation;

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

    /** What a request asks for, as far as that is known before its pictures are read. */
    sealed interface Outline {
        /** @param nfe network evaluations that it takes for certain */
        record Fits(ModelSource source, long nfe) implements Outline {}

        record Refused(Failure failure) implements Outline {}
    }

    /** Takes no time. */
    Outline outline(ScoringRequest request) {
        RequestResolver.Choice choice = models.choose(request.model(), request.version());
        if (choice instanceof RequestResolver.Choice.Missing missing) {
            return new Outline.Refused(missing.failure());
        }
        try {
            return new Outline.Fits(((RequestResolver.Choice.Found) choice).source(), settings.require(request));
        } catch (InvalidFieldException e) {
            return new Outline.Refused(e.failure());
        }
    }

    /** The answer to a request. */
    sealed interface Answer {
        record Resolved(ScoringTask task) implements Answer {}

        record Refused(Failure failure) implements Answer {}
    }

    /** Takes some milliseconds for each picture, which no event loop should wait for. */
    Answer resolve(ScoringRequest request, Outline.Fits outline) {
        ModelSource source = outline.source();
        List<Scorer.Picture> pictures = new ArrayList<>();
        for (int i = 0; i < request.pictures().size(); i++) {
            try {
                pictures.add(picture(source, request.pictures().get(i)));
            } catch (InvalidFieldException e) {
                String at = "pictures[" + i + "].";
                return new Answer.Refused(new Failure.InvalidField(at + e.field(), at + e.getMessage()));
            }
        }
        return new Answer.Resolved(new ScoringTask(
                source.id(),
                source.spec(),
                models.newRequestId(),
                models.served(source),
                new Scorer.Work(pictures, request.method(), request.seed()),
                outline.nfe(),
                limits.granted(request.timeout())));
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
