package dev.glimpse.cli;

import dev.glimpse.model.ImportSettings;
import dev.glimpse.model.LabelNames;
import dev.glimpse.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of reading a checkpoint: what its keys and shapes can't tell. Official checkpoints need none. */
final class ImportOptions {
    private static final String DEFAULT = "; default: ${DEFAULT-VALUE}.";
    private static final String BYTE_ORDER_MARK = "\ufeff";

    @Option(
            names = "--entry",
            paramLabel = "PATH",
            description = "Which state dict of a file with several; default: ema.")
    private @Nullable String entry;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Height and width of a picture; default: as the keys of a SongUNet tell, 64 for ADM.")
    private @Nullable Integer size;

    @Option(
            names = "--head-channels",
            paramLabel = "N",
            description = "Channels of one attention head of an ADM network; default: 64.")
    private @Nullable Integer headChannels;

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description = "Names of the classes, one a line; default: those of CIFAR-10 or plain numbers.")
    private @Nullable Path classes;

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            defaultValue = "F32",
            description = "How weights are stored, ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private Precision precision;

    @Option(names = "--sigma-min", paramLabel = "T", defaultValue = "0.002", description = "Smallest time" + DEFAULT)
    private double sigmaMin;

    @Option(names = "--sigma-max", paramLabel = "T", defaultValue = "80", description = "Largest time" + DEFAULT)
    private double sigmaMax;

    @Option(
            names = "--sigma-data",
            paramLabel = "STD",
            defaultValue = "0.5",
            description = "Standard deviation of the data" + DEFAULT)
    private double sigmaData;

    @Option(
            names = "--rho",
            paramLabel = "RHO",
            defaultValue = "7",
            description = "Curvature of the grid of times" + DEFAULT)
    private double rho;

    ImportSettings settings() {
        return new ImportSettings(
                Optional.ofNullable(entry),
                positive("--size", size),
                positive("--head-channels", headChannels),
                classes == null ? List.of() : names(classes),
                precision,
                new ImportSettings.Times(sigmaMin, sigmaMax, sigmaData, rho));
    }

    private static OptionalInt positive(String option, @Nullable Integer value) {
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value < 1) {
            throw new WrongInputException(option, value, "at least 1");
        }
        return OptionalInt.of(value);
    }

    private static List<String> names(Path file) {
        try {
            String text = Files.readString(file);
            // What editors put before a text is no part of the first name.
            List<String> names = (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text)
                    .lines()
                    .filter(n -> !n.isBlank())
                    .map(String::strip)
                    .toList();
            if (names.isEmpty()) {
                throw new WrongInputException("--classes", file, "a name a line");
            }
            LabelNames.flaw(names).ifPresent(flaw -> {
                throw new WrongInputException("--classes", flaw.name(), flaw.expected());
            });
            return names;
        } catch (IOException e) {
            throw new WrongInputException("--classes", file, "a readable text file, a name a line");
        }
    }
}
