package dev.glimpse.cli;

import dev.glimpse.generation.EditRequest;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.image.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options that hold pictures to one of a person's own, or lead from one seed to another. */
final class EditOptions {
    /** What can be done, as it is typed. */
    enum Kind {
        inpaint("--image", "--mask"),
        colorize("--image"),
        upscale("--image", "--factor"),
        stroke("--image", "--start"),
        interpolate("--to-seed");

        private final List<String> options;

        Kind(String... options) {
            this.options = List.of(options);
        }
    }

    @Option(
            names = "--edit",
            paramLabel = "KIND",
            description =
                    "${COMPLETION-CANDIDATES}: what is done to --image, or between two seeds. With neither --sampler"
                            + " nor --gamma, inpaint, colorize and upscale refine by cm.")
    private @Nullable Kind kind;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "Picture to edit, a PNG file of at most " + PictureReader.MAX_SIDE + " pixels a side.")
    private @Nullable Path image;

    @Option(
            names = "--mask",
            paramLabel = "FILE",
            description = "For inpaint: a PNG file of at most " + PictureReader.MAX_SIDE
                    + " pixels a side, white where --image is painted anew.")
    private @Nullable Path mask;

    @Option(
            names = "--factor",
            paramLabel = "N",
            description = "For upscale: side in pixels of the blocks whose means are kept.")
    private @Nullable Integer factor;

    @Option(
            names = "--start",
            paramLabel = "T",
            description =
                    "For stroke: noise level that hides what is refined; default: the first of --knots, or the middle of the"
                            + " grid.")
    private @Nullable Double start;

    @Option(
            names = "--to-seed",
            paramLabel = "SEED",
            converter = SeedConverter.class,
            description = "For interpolate: the seed that the last picture comes from.")
    private @Nullable Long toSeed;

    /**
     * What was typed; absent without {@code --edit}.
     *
     * @throws WrongInputException when one of the options would have no effect
     */
    Optional<EditRequest> request(ParseResult given) throws IOException {
        List<String> used = kind == null ? List.of() : kind.options;
        List<String> unused = Stream.of(Kind.values())
                .flatMap(other -> other.options.stream())
                .filter(option -> !used.contains(option))
                .toList();
        UnusedOptions.refuse(given, unused, kind == null ? "--edit with it" : "none with --edit " + kind);
        if (kind == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (kind) {
                    case inpaint -> new EditRequest.Inpaint(read("--image", image), read("--mask", mask));
                    case colorize -> new EditRequest.Colorize(read("--image", image));
                    case upscale -> new EditRequest.Upscale(read("--image", image), factor == null ? 0 : factor);
                    case stroke ->
                        new EditRequest.Stroke(
                                read("--image", image),
                                start == null ? OptionalDouble.empty() : OptionalDouble.of(start));
                    case interpolate -> interpolate();
                });
    }

    private EditRequest interpolate() {
        if (toSeed == null) {
            throw new WrongInputException("--to-seed", "none", "a seed");
        }
        return new EditRequest.Interpolate(toSeed);
    }

    private EditRequest.Picture read(String option, @Nullable Path file) throws IOException {
        if (file == null) {
            throw new WrongInputException(option, "none", "a PNG file for --edit " + kind);
        }
        InputPlace.file(option, file, "a readable PNG file");
        return new EditRequest.Picture(Files.readAllBytes(file), ImageFormat.PNG);
    }
}
