package dev.glimpse.evaluation;

import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ClassifierCard;
import dev.glimpse.model.ClassifierConfig;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.ImageClassifier;
import dev.glimpse.model.ModelFormatException;
import dev.glimpse.model.TorchScriptFile;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A feature network before it is loaded: which one it is, and by which names its numbers may go.
 *
 * @param name of the file, without its directory
 * @param sha256 checksum of the file, 64 hexadecimal digits
 * @param content the file's bytes
 * @param card of a classifier that this program trained; empty for a foreign network
 * @param range by which a foreign network wants its pixels; empty to try bytes
 * @param declaredInception whether a person vouches that a foreign network is Inception
 */
public record FeatureSource(
        String name,
        String sha256,
        byte[] content,
        Optional<ClassifierCard> card,
        Optional<PixelRange> range,
        boolean declaredInception) {
    /** The Inception-2015-12-05 export with which published distances are computed. */
    private static final String INCEPTION_SHA256 = "f58cb9b6ec323ed63459aa4fb441fe750cfe39fafad6da5cb504a16f19e958f4";

    /** The name by which a person vouches for a network. */
    public static final String INCEPTION = "inception";

    private static final int SHORT_DIGEST = 12;

    public FeatureSource {
        if (card.isPresent() && (range.isPresent() || declaredInception)) {
            throw new ModelFormatException(name + ": a classifier of this program (expected: a foreign network, where"
                    + " --features-input or --features-name is given)");
        }
    }

    /**
     * Reads a TorchScript file; its code does not run before {@link #load}.
     *
     * @throws ModelFormatException if it cannot be read; the message names it
     */
    public static FeatureSource file(Path file, Optional<PixelRange> range, boolean declaredInception) {
        return of(String.valueOf(file.getFileName()), TorchScriptFile.bytes(file), range, declaredInception);
    }

    /** The classifier that comes with the program, for Fashion-MNIST. */
    public static FeatureSource builtIn() {
        return of("built-in fashion-mnist classifier", ImageClassifier.builtIn(), Optional.empty(), false);
    }

    private static FeatureSource of(
            String name, byte[] content, Optional<PixelRange> range, boolean declaredInception) {
        return new FeatureSource(
                name, sha256(content), content, ImageClassifier.card(content, name), range, declaredInception);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether Inception computes these features, by its checksum or by a person's word. */
    public boolean isInception() {
        return sha256.equals(INCEPTION_SHA256) || declaredInception;
    }

    /** What a distance in these features may be called: FID is Inception's name alone. */
    public String distanceName() {
        return isInception() ? "FID" : "Fréchet distance";
    }

    /** What a class score by this network may be called. */
    public String scoreName() {
        return isInception() ? "Inception score" : "class score";
    }

    /** The network as a report names it. */
    public String description() {
        return name + " (sha256 " + sha256.substring(0, SHORT_DIGEST) + "..."
                + (declaredInception ? ", Inception by the operator's word" : "") + ")";
    }

    /** How the network's pixels were asked for, as a run's description has it. */
    public String input() {
        return range.map(Enum::name).orElse("by itself");
    }

    /** Whether the network names exactly these classes. */
    public boolean names(List<String> classes) {
        return card.map(c -> c.classes().equals(classes)).orElse(false);
    }

    /**
     * Loads the network onto a device; call it on the thread that will evaluate it.
     *
     * @param picture the pictures it will be given
     * @throws ModelFormatException if it does not take such pictures
     */
    public FeatureNetwork load(PictureShape picture, ComputeDevice device) {
        if (card.isPresent()) {
            ClassifierConfig config = card.get().config();
            PictureShape own = new PictureShape(config.channels(), config.height(), config.width());
            if (!own.equals(picture)) {
                throw new ModelFormatException(name + ": for pictures of " + own + " (expected: " + picture + ")");
            }
            return new ClassifierFeatures(ImageClassifier.load(content, name, device.toDevice()));
        }
        TorchScriptFile file = TorchScriptFile.load(content, name, device.toDevice());
        try {
            return TorchScriptFeatures.of(file, name, picture, range, isInception());
        } catch (ModelFormatException e) {
            file.close();
            throw e;
        }
    }
}
