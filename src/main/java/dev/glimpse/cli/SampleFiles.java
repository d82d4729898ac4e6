package dev.glimpse.cli;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.image.PictureEncoder;
import dev.glimpse.image.PictureGrid;
import dev.glimpse.image.PictureShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The files that pictures drawn here are saved as, and the options that name them. */
final class SampleFiles {
    private static final int PADDING = 2;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "samples.png",
            description = "Receives the grid; default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(
            names = "--each",
            paramLabel = "DIR",
            description = "Receives every picture as <sample>.png, as soon as it is drawn; default: none.")
    private @Nullable Path each;

    private final List<float[]> pictures = new ArrayList<>();

    /** Refuses a grid that would be no PNG file. */
    void check() {
        WrongInputException.require(out.toString().endsWith(".png"), "--out", out, "a file that ends in .png");
    }

    /** Refuses more pictures than a grid has room for, before they are drawn. */
    void check(PictureShape shape, int count) {
        try {
            grid(shape, count).whole(count);
        } catch (IllegalArgumentException | ArithmeticException e) {
            String expected = "fewer, as their grid would have more than " + Integer.MAX_VALUE
                    + " values; --shard draws them in parts";
            throw new WrongInputException("--count", count, expected);
        }
    }

    private static PictureGrid grid(PictureShape shape, int count) {
        return new PictureGrid(shape, (int) Math.ceil(Math.sqrt(count)), PADDING);
    }

    /** Makes the directories. */
    void prepare() {
        OutputPlace.file("--out", out);
        OutputPlace.directory("--each", each);
    }

    /**
     * Takes pictures that are drawn, and saves each by itself.
     *
     * @param first sample that they begin with
     */
    void add(PictureShape shape, int first, List<float[]> drawn) throws IOException {
        if (each != null) {
            PictureEncoder encoder = new PictureEncoder(shape);
            for (int i = 0; i < drawn.size(); i++) {
                WholeFile.writeOneOfMany(
                        each.resolve(first + i + ".png"), encoder.encode(drawn.get(i), ImageFormat.PNG));
            }
        }
        pictures.addAll(drawn);
    }

    /** How many were taken. */
    int count() {
        return pictures.size();
    }

    /** The grid of all of them, once there is one. */
    Path grid() {
        return out;
    }

    /** Saves the grid; of no pictures there is none. */
    void finish(PictureShape shape) throws IOException {
        if (!pictures.isEmpty()) {
            WholeFile.write(out, grid(shape, pictures.size()).png(pictures));
        }
    }
}
