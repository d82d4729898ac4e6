package dev.glimpse.cli;

/** A name that is plain enough for a directory, a line of YAML and a label of a metric. */
final class PlainName {
    private static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    private PlainName() {}

    /** Refuses an option's value that is no such name. */
    static void require(String option, String name) {
        WrongInputException.require(
                name.matches(PATTERN),
                option,
                name,
                "a letter or digit, then letters, digits, '.', '_' and '-', at most 64");
    }
}
