package dev.glimpse.cli;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Options that mean nothing beside others: a person who types one expects something of it. */
final class UnusedOptions {
    private UnusedOptions() {}

    /**
     * Refuses options that would have no effect.
     *
     * @param given what was typed
     * @throws WrongInputException naming the first one
     */
    static void refuse(ParseResult given, List<String> names, String expected) {
        for (String name : names) {
            @Nullable OptionSpec option = given.matchedOption(name);
            if (option != null) {
                throw refused(option, expected);
            }
        }
    }

    /**
     * Refuses every option but some, which alone would have an effect.
     *
     * @param given what was typed
     * @throws WrongInputException naming the first other one
     */
    static void refuseAllBut(ParseResult given, Set<String> used, String expected) {
        for (OptionSpec option : given.matchedOptions()) {
            if (!used.contains(option.longestName())) {
                throw refused(option, expected);
            }
        }
    }

    private static WrongInputException refused(OptionSpec option, String expected) {
        String value = option.arity().max() == 0 ? "given" : String.join(", ", option.stringValues());
        return new WrongInputException(option.longestName(), value, expected);
    }
}
