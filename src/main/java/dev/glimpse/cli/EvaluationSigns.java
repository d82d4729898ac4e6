package dev.glimpse.cli;

import dev.glimpse.math.Sampler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * Looks through the distances of an evaluation for the ways in which such models are known to fail, and tells in words
 * what it sees.
 *
 * <p>A distance counts as worse than another where it is much larger, and farther from it than chance sets as many
 * samples of one model apart.
 */
final class EvaluationSigns {
    /** More steps bring even a sound model back towards its teacher, by less than this. */
    private static final double WORSE = 1.5;

    /** A denoiser may well stay behind the jumps that a perceptual or an adversarial loss has polished. */
    private static final double FAR_WORSE = 3;

    private static final double DEVIATIONS = 4;

    /** With fewer Heun steps it is the solver that spoils pictures. */
    private static final int MANY_HEUN_STEPS = 18;

    private final EvaluationReport.Column distance;
    private final DoubleUnaryOperator deviation;

    /**
     * @param distance the column that is looked at
     * @param deviation standard deviation of a distance, by chance
     */
    EvaluationSigns(EvaluationReport.Column distance, DoubleUnaryOperator deviation) {
        this.distance = distance;
        this.deviation = deviation;
    }

    /** What the rows show; mostly nothing. */
    List<String> of(List<EvaluationReport.Row> rows) {
        List<EvaluationReport.Row> ascending = new ArrayList<>(rows);
        ascending.sort(Comparator.comparingInt(row -> row.setting().nfe()));
        Map<String, List<EvaluationReport.Row>> jumping = new LinkedHashMap<>();
        List<EvaluationReport.Row> denoising = new ArrayList<>();
        for (EvaluationReport.Row row : ascending) {
            if (!row.setting().sampler().equals(Sampler.HEUN.wireName())) {
                jumping.computeIfAbsent(row.setting().rule(), rule -> new ArrayList<>())
                        .add(row);
            } else if (row.setting().steps() >= MANY_HEUN_STEPS) {
                denoising.add(row);
            }
        }
        List<String> signs = new ArrayList<>();
        jumping.values().forEach(rule -> fall(rule).ifPresent(signs::add));
        jumping.values().stream()
                .map(rule -> rule.get(0))
                .filter(row -> row.setting().nfe() == 1)
                .findFirst()
                .flatMap(one -> denoiser(one, denoising))
                .ifPresent(signs::add);
        return signs;
    }

    /** Of one rule, by rising NFE: the farthest that a distance comes up again from the best before it. */
    private Optional<String> fall(List<EvaluationReport.Row> rule) {
        EvaluationReport.Row best = rule.get(0);
        Optional<String> sign = Optional.empty();
        double worst = 0;
        for (EvaluationReport.Row row : rule) {
            if (value(row) < value(best)) {
                best = row;
            } else if (row.setting().nfe() > best.setting().nfe() && value(row) > worst && isWorse(row, best, WORSE)) {
                worst = value(row);
                sign = Optional.of("quality falls with more steps of "
                        + row.setting().rule() + ": " + told(best) + ", " + told(row) + "; " + cause(row.setting()));
            }
        }
        return sign;
    }

    private static String cause(EvaluationSetting setting) {
        return setting.gamma() > 0
                ? "fresh noise between jumps makes errors add up where gamma is large: a smaller one helps, unless quality"
                        + " falls with that too, as where jumps heed no other end than sigma_min"
                : "jumps heed no other end than sigma_min, as of a network that ignores s, or their errors add up: have"
                        + " short jumps been trained, and does a last jump from higher up help, --last-jump-t?";
    }

    private Optional<String> denoiser(EvaluationReport.Row one, List<EvaluationReport.Row> denoising) {
        return denoising.stream()
                .min(Comparator.comparingDouble(this::value))
                .filter(best -> isWorse(best, one, FAR_WORSE))
                .map(best -> "one jump is good and the denoiser is not: " + told(one) + ", " + told(best)
                        + " of heun; g(x, t, t) is hardly trained: was denoiser_weight 0?");
    }

    private boolean isWorse(EvaluationReport.Row row, EvaluationReport.Row than, double times) {
        double chance = Math.hypot(deviation.applyAsDouble(value(row)), deviation.applyAsDouble(value(than)));
        return value(row) > times * value(than) && value(row) - value(than) > DEVIATIONS * chance;
    }

    private double value(EvaluationReport.Row row) {
        return row.number(distance.key());
    }

    private String told(EvaluationReport.Row row) {
        return String.format(
                Locale.ROOT,
                "%s %." + distance.decimals() + "f at NFE %d",
                distance.title(),
                value(row),
                row.setting().nfe());
    }
}
