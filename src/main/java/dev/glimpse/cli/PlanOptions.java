package dev.glimpse.cli;

import dev.glimpse.generation.EditRequest;
import dev.glimpse.generation.EditResolver;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.InvalidPlanException;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say how a picture refines. */
final class PlanOptions {
    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of each picture, an evaluation each, but two for heun; default: 4.")
    @Nullable
    Integer steps;

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            converter = SamplerConverter.class,
            description = "How a picture refines: exact, gamma, cm, two_jump or heun; default: follows from --gamma.")
    @Nullable
    Sampler sampler;

    @Option(
            names = "--gamma",
            paramLabel = "SHARE",
            description = "Share of fresh noise between jumps, 0..1; default: 0.5 for gamma, 1 for cm, else 0.")
    @Nullable
    Double gamma;

    @Option(
            names = "--gamma-form",
            paramLabel = "NAME",
            converter = FormConverter.class,
            description =
                    "How gamma is read: official or paper, and for glimpse sample paper_unclamped, which only networks"
                            + " take that can jump to 0; default: official, which keeps the variance exact and ends at"
                            + " sigma_min.")
    @Nullable
    GammaForm form;

    @Option(
            names = "--knots",
            paramLabel = "T",
            split = ",",
            description = "Noise levels between jumps, such as 80,2.5,0.17,0.002, or with --grid indices; for two_jump"
                    + " four: start, first landing, noise back up to, end. Default: on the model's grid.")
    @Nullable
    List<Double> knots;

    @Option(
            names = "--grid",
            paramLabel = "N",
            description = "Reads --knots as indices into the model's grid of N knots, such as 0,5,10,17 of 18.")
    @Nullable
    Integer grid;

    @Option(
            names = "--churn",
            paramLabel = "AMOUNT",
            description = "Noise before heun's steps, S_churn of the EDM paper; default: 0.")
    @Nullable
    Double churn;

    @Option(names = "--churn-min", paramLabel = "T", description = "Least time with churn, S_min; default: 0.")
    @Nullable
    Double churnMin;

    @Option(names = "--churn-max", paramLabel = "T", description = "Largest time with churn, S_max; default: no limit.")
    @Nullable
    Double churnMax;

    @Option(
            names = "--churn-noise",
            paramLabel = "FACTOR",
            description = "Factor of the churn's standard deviation, S_noise; default: 1.")
    @Nullable
    Double churnNoise;

    /** A sampler by its name, in any case. */
    static final class SamplerConverter implements ITypeConverter<Sampler> {
        @Override
        public Sampler convert(String value) {
            return named(Sampler.values(), value);
        }
    }

    /** A form by its name, in any case. */
    static final class FormConverter implements ITypeConverter<GammaForm> {
        @Override
        public GammaForm convert(String value) {
            return named(GammaForm.values(), value);
        }
    }

    static <E extends Enum<E>> E named(E[] constants, String value) {
        String names = Stream.of(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return Stream.of(constants)
                .filter(constant -> constant.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(value + " (expected: one of " + names + ")"));
    }

    /** The plan along a model's times, for an edit or for none. */
    StepPlan plan(ModelSpec model, Optional<EditRequest> edit) {
        try {
            PlanRequest typed = request();
            PlanRequest asked = edit.map(e -> e.plan(typed, model)).orElse(typed);
            return new EditResolver(model).plan(edit, asked);
        } catch (InvalidFieldException e) {
            throw new IllegalArgumentException(typed(e.field(), e.getMessage()), e);
        } catch (InvalidPlanException e) {
            throw new IllegalArgumentException(typed(e.field(), e.getMessage()), e);
        }
    }

    /** An error about a field as one about the option that it was typed with. */
    static String typed(String field, String message) {
        String option = switch (field) {
            case "gamma_form" -> "gamma-form";
            case "knots.grid" -> "grid";
            case "churn.amount" -> "churn";
            case "churn.min_t" -> "churn-min";
            case "churn.max_t" -> "churn-max";
            case "churn.noise" -> "churn-noise";
            case "edit.image" -> "image";
            case "edit.mask" -> "mask";
            case "edit.factor" -> "factor";
            case "edit.start_t" -> "start";
            default -> field;
        };
        return "--" + option + message.substring(field.length());
    }

    private PlanRequest request() {
        return new PlanRequest(
                Optional.ofNullable(sampler),
                optional(gamma),
                form == null ? GammaForm.OFFICIAL : form,
                churn == null && churnMin == null && churnMax == null && churnNoise == null
                        ? Churn.NONE
                        : PlanRequest.churn(
                                churn == null ? 0 : churn,
                                optional(churnMin),
                                optional(churnMax),
                                optional(churnNoise)),
                PlanRequest.knots(steps == null ? OptionalInt.empty() : OptionalInt.of(steps), explicitKnots()));
    }

    /** Refuses a grid without the indices into it. */
    void requireKnots() {
        WrongInputException.require(grid == null || knots != null, "--grid", grid, "--knots with it");
    }

    private Optional<Supplier<Knots>> explicitKnots() {
        requireKnots();
        if (knots == null) {
            return Optional.empty();
        }
        List<Double> values = knots;
        if (grid == null) {
            return Optional.of(() -> new Knots.Times(values));
        }
        int size = grid;
        List<Integer> indices = indices(values);
        return Optional.of(() -> new Knots.OnGrid(size, indices));
    }

    /** The values of {@code --knots} as indices, which they have to be with {@code --grid}. */
    static List<Integer> indices(List<Double> values) {
        List<Integer> indices = new ArrayList<>();
        for (double value : values) {
            if (value != (int) value || value < 0) {
                throw new WrongInputException("--knots", value, "whole numbers with --grid");
            }
            indices.add((int) value);
        }
        return indices;
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
