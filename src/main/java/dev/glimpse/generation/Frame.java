package dev.glimpse.generation;

/**
 * A picture that nobody has asked to encode yet.
 *
 * @param event everything the client will be told, its image still empty
 * @param pixels [C, H, W] flattened, nominally in [-1, 1]
 */
record Frame(GenerationEvent.Stepped event, float[] pixels) {

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
