package dev.glimpse.cli;

import dev.glimpse.evaluation.CellSize;
import dev.glimpse.evaluation.Dequantisation;
import dev.glimpse.evaluation.DormandPrince;
import dev.glimpse.evaluation.FixedSteps;
import dev.glimpse.evaluation.FixedSteps.Scheme;
import dev.glimpse.evaluation.Integrator;
import dev.glimpse.evaluation.Likelihood;
import dev.glimpse.evaluation.LikelihoodSettings;
import dev.glimpse.evaluation.Probe;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options that decide how likelihoods are computed. */
final class LikelihoodOptions {
    private static final double TOLERANCE = 1e-3;
    private static final int STEPS = 40;
    private static final List<String> OF_THE_ODE =
            List.of("--integrator", "--tolerance", "--steps", "--probe", "--probes");

    @Option(
            names = "--integrator",
            paramLabel = "NAME",
            defaultValue = "RK45",
            description = "${COMPLETION-CANDIDATES}: Dormand and Prince's method, which chooses its steps for each"
                    + " picture, or one with equal steps; default: ${DEFAULT-VALUE}.")
    private Method method;

    @Option(
            names = "--tolerance",
            paramLabel = "T",
            description = "Absolute and relative tolerance of RK45; default: " + TOLERANCE + ", which leaves about 0.01"
                    + " bits/dim that no error tells; 1e-4 removes most of it for two thirds more evaluations.")
    private @Nullable Double tolerance;

    @Option(names = "--steps", paramLabel = "N", description = "Steps of euler, heun and rk4; default: " + STEPS + ".")
    private @Nullable Integer steps;

    @Option(
            names = "--bound",
            paramLabel = "PASSES",
            description = "The evidence lower bound of so many evaluations a picture (the official code takes 10) in"
                    + " place of the ODE: more bits, sooner.")
    private @Nullable Integer bound;

    @Option(
            names = "--dequantisation",
            paramLabel = "NAME",
            defaultValue = "UNIFORM",
            description = "${COMPLETION-CANDIDATES}: how an 8-bit picture becomes a point whose density is measured;"
                    + " the official code has NONE (its \"wrong\") and GAUSSIAN_AS_CODED (its \"correct\", too low by"
                    + " an error in the residual); default: ${DEFAULT-VALUE}.")
    private Dequantisation dequantisation;

    @Option(
            names = "--cell",
            paramLabel = "NAME",
            defaultValue = "EXACT",
            description = "${COMPLETION-CANDIDATES}: log2(127.5) bits a value, or the official 7;"
                    + " default: ${DEFAULT-VALUE}.")
    private CellSize cell;

    @Option(
            names = "--probe",
            paramLabel = "LAW",
            defaultValue = "RADEMACHER",
            description = "${COMPLETION-CANDIDATES}: law of the vectors that estimate the divergence;"
                    + " default: ${DEFAULT-VALUE}.")
    private Probe probe;

    @Option(
            names = "--probes",
            paramLabel = "K",
            defaultValue = "1",
            description = "Number of those vectors for each picture; two and more tell the estimate's error;"
                    + " default: ${DEFAULT-VALUE}.")
    private int probes;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            converter = SeedConverter.class,
            description = "Key of all noise, an unsigned 64-bit number; default: ${DEFAULT-VALUE}.")
    private long seed;

    private enum Method {
        RK45,
        EULER,
        HEUN,
        RK4
    }

    LikelihoodSettings settings() {
        if (probes < 1 || probes > LikelihoodSettings.MAX_PROBES) {
            throw new WrongInputException("--probes", probes, "1.." + LikelihoodSettings.MAX_PROBES);
        }
        return new LikelihoodSettings(integrator(), dequantisation, cell, probe, probes, seed);
    }

    /**
     * Passes of the bound to compute in place of the ODE, if any.
     *
     * @throws WrongInputException when one of the options of the ODE was typed beside it
     */
    OptionalInt bound(ParseResult given) {
        if (bound == null) {
            return OptionalInt.empty();
        }
        UnusedOptions.refuse(given, OF_THE_ODE, "none with --bound, which solves no ODE");
        if (bound < 1 || bound > Likelihood.MAX_PASSES) {
            throw new WrongInputException("--bound", bound, "1.." + Likelihood.MAX_PASSES);
        }
        return OptionalInt.of(bound);
    }

    private Integrator integrator() {
        if (method == Method.RK45) {
            if (steps != null) {
                throw new WrongInputException("--steps", steps, "none with --integrator rk45, which chooses its own");
            }
            double chosen = tolerance == null ? TOLERANCE : tolerance;
            if (!(chosen >= 1e-12 && chosen <= 1)) {
                throw new WrongInputException("--tolerance", chosen, "1e-12..1");
            }
            return new DormandPrince(chosen);
        }
        if (tolerance != null) {
            throw new WrongInputException("--tolerance", tolerance, "none with equal steps");
        }
        int chosen = steps == null ? STEPS : steps;
        if (chosen < 1) {
            throw new WrongInputException("--steps", chosen, "at least 1");
        }
        return new FixedSteps(Scheme.valueOf(method.name()), chosen);
    }
}
