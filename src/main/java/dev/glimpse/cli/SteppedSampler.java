package dev.glimpse.cli;

import dev.glimpse.math.Sampler;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;

/** A sampler by its name, in any case: one that takes any number of steps, and not the two jumps of chosen times. */
final class SteppedSampler implements ITypeConverter<Sampler> {
    /** The names, for the description of an option. */
    static final String NAMES = "exact, gamma, cm, heun";

    @Override
    public Sampler convert(String value) {
        Sampler[] stepped = Stream.of(Sampler.values())
                .filter(sampler -> sampler != Sampler.TWO_JUMP)
                .toArray(Sampler[]::new);
        return PlanOptions.named(stepped, value);
    }
}
