package dev.glimpse.cli;

import dev.glimpse.image.AnimatedGif;
import dev.glimpse.image.NpzFile;
import dev.glimpse.image.PictureMosaic;
import dev.glimpse.image.PictureShape;
import dev.glimpse.image.PngReader;
import glimpse.wire.v1.Accepted;
import glimpse.wire.v1.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The files that pictures of a server are saved as, and the options that name them. */
final class SavedPictures {
    private static final int GIF_SIDE = 112;
    private static final int GIF_GAP = 4;
    private static final Duration GIF_STEP = Duration.ofMillis(400);
    private static final Duration GIF_END = Duration.ofSeconds(2);
    private static final byte[] NONE_YET = {};

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where frames are saved, as <sample>-<step>.png and <sample>-final.png; default: nowhere.")
    private @Nullable Path out;

    @Option(
            names = "--gif",
            paramLabel = "FILE",
            description = "Receives the refinement of all pictures, animated; default: none.")
    private @Nullable Path gif;

    @Option(
            names = "--npz",
            paramLabel = "FILE",
            description = "Receives the final pictures and their classes as NumPy arrays; default: none.")
    private @Nullable Path npz;

    private @Nullable Accepted accepted;

    /** PNG files by step and sample, as they came, which takes the least memory; none without a GIF. */
    private final SortedMap<Integer, SortedMap<Integer, byte[]>> frames = new TreeMap<>();

    private final SortedMap<Integer, byte[]> finals = new TreeMap<>();

    /**
     * Makes the directories.
     *
     * @throws WrongInputException if something could not be written
     */
    void prepare() {
        OutputPlace.directory("--out", out);
        OutputPlace.file("--gif", gif);
        OutputPlace.file("--npz", npz);
    }

    /** Whether anything is saved at all. */
    boolean wanted() {
        return out != null || gif != null || npz != null;
    }

    void accepted(Accepted event) {
        accepted = event;
    }

    /** Saves a frame, and keeps it for the files of all; returns where it was saved by itself. */
    Optional<Path> step(Step step) throws IOException {
        byte[] image = step.getImage().toByteArray();
        if (image.length == 0) {
            return Optional.empty();
        }
        if (gif != null) {
            frames.computeIfAbsent(step.getStep(), any -> new TreeMap<>()).put(step.getSample(), image);
        }
        if (npz != null && step.getLast()) {
            finals.put(step.getSample(), image);
        }
        if (out == null) {
            return Optional.empty();
        }
        String name = step.getSample() + "-" + (step.getLast() ? "final" : step.getStep()) + ".png";
        Path file = out.resolve(name);
        WholeFile.writeOneOfMany(file, image);
        return Optional.of(file);
    }

    /** Writes the files of all pictures, once every one of them has come. */
    void finish() throws IOException {
        if (accepted == null) {
            return;
        }
        PictureShape shape = new PictureShape(accepted.getChannels(), accepted.getHeight(), accepted.getWidth());
        if (gif != null && !frames.isEmpty()) {
            WholeFile.write(gif, animation(shape));
        }
        if (npz != null && !finals.isEmpty()) {
            PngReader reader = new PngReader(shape);
            List<byte[]> pictures = new ArrayList<>();
            for (byte[] png : finals.values()) {
                pictures.add(reader.read(png));
            }
            List<Integer> labels = accepted.getLabelsList();
            WholeFile.write(npz, file -> NpzFile.write(file, shape, pictures, labels));
        }
    }

    /** A frame for each step, with every sample as far as it is by then. */
    private byte[] animation(PictureShape shape) throws IOException {
        PngReader reader = new PngReader(shape);
        int count =
                1 + frames.values().stream().mapToInt(SortedMap::lastKey).max().orElse(0);
        int columns = (int) Math.ceil(Math.sqrt(count));
        PictureMosaic mosaic = PictureMosaic.ofSide(shape, columns, GIF_SIDE, GIF_GAP);
        List<byte[]> now = new ArrayList<>();
        for (int sample = 0; sample < count; sample++) {
            now.add(NONE_YET);
        }
        List<byte[]> animation = new ArrayList<>();
        for (SortedMap<Integer, byte[]> step : frames.values()) {
            for (Map.Entry<Integer, byte[]> frame : step.entrySet()) {
                now.set(frame.getKey(), reader.read(frame.getValue()));
            }
            animation.add(mosaic.pixels(now));
        }
        return new AnimatedGif(mosaic.whole(count), GIF_STEP, GIF_END).of(animation);
    }
}
