package dev.glimpse.generation;

/** Why a change of the shelf was not made. Each door maps these to its own errors, in one switch. */
public sealed interface ShelfRefusal {
    /** The version that was to change, as "name/version". */
    String model();

    /** One sentence for the operator. */
    String message();

    /** There is no such version where it was looked for: where models are kept, or among those that are served. */
    record Unknown(String model, String message) implements ShelfRefusal {}

    /** It is on the shelf already: loading, served or leaving. */
    record AlreadyHere(String model) implements ShelfRefusal {
        @Override
        public String message() {
            return "model: " + model + " (expected: one that is not here)";
        }
    }

    /** Without it nothing would be served. */
    record LastOne(String model) implements ShelfRefusal {
        @Override
        public String message() {
            return "model: " + model + " (expected: not the only version that is served)";
        }
    }

    /** Its files or a device refuse it; it is on the shelf as broken. */
    record Unloadable(String model, String message) implements ShelfRefusal {}

    /** The same for those that change the shelf itself, and know that nothing stands in the way. */
    final class RefusedException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        private final transient ShelfRefusal refusal;

        RefusedException(ShelfRefusal refusal) {
            super(refusal.message());
            this.refusal = refusal;
        }

        ShelfRefusal refusal() {
            return refusal;
        }
    }
}
