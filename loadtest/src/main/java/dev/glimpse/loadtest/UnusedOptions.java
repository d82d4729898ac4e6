package dev.glimpse.loadtest;

import java.util.List;
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
     * @throws IllegalArgumentException naming the first one
     */
    static void refuse(ParseResult given, List<String> names, String expected) {
        for (String name : names) {
            @Nullable OptionSpec option = given.matchedOption(name);
            if (option != null) {
                String value = option.arity().max() == 0 ? "given" : String.join(", ", option.stringValues());
                Arrival.require(false, name, value, expected);
            }
        }
    }
}
