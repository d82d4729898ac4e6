package dev.glimpse.generation;

/** A picture that nobody has asked to encode yet. */
final class Frame {
    private final GenerationEvent.Stepped event;
    private final float[] pixels;

    /**
     * @param event everything the client will be told, its image still empty
     * @param pixels [C, H, W] flattened, nominally in [-1, 1]; not changed from now on
     */
    Frame(GenerationEvent.Stepped event, float[] pixels) {
        this.event = event;
        this.pixels = pixels;
    }

    GenerationEvent.Stepped event() {
        return event;
    }

    float[] pixels() {
        return pixels;
    }

    /** The event with its image. */
    GenerationEvent.Stepped with(byte[] image) {
        return new GenerationEvent.Stepped(
                event.sample(),
                event.step(),
                event.last(),
                event.t(),
                event.s(),
                event.nfe(),
                event.batchRows(),
                event.forwardNanos(),
                event.elapsedNanos(),
                event.kind(),
                image);
    }
}
