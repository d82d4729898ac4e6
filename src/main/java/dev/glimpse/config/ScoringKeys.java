package dev.glimpse.config;

/** Reads the section {@code scoring}. */
final class ScoringKeys {
    private ScoringKeys() {}

    static Settings.Scoring scoring(Values values) {
        return new Settings.Scoring(
                values.integer("scoring.max-waiting", 1, 100_000),
                values.integer("scoring.at-once", 1, 1024),
                values.share("scoring.share"),
                values.integer("scoring.max-pictures", 1, 100_000),
                values.integer("scoring.max-probes", 1, 1000),
                values.integer("scoring.max-nfe", 1, Integer.MAX_VALUE),
                values.integer("scoring.probes-per-turn", 1, 1000));
    }
}
