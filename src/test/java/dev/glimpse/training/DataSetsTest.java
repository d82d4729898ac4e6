package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.image.PictureGrid;
import dev.glimpse.image.PictureShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
    private static final int CIFAR = 3 * 32 * 32;
    private static final List<String> CLASSES = List.of("dark", "light");
    private static final PictureShape SHAPE = new PictureShape(3, 4, 4);

    @TempDir
    Path directory;

    @Test
    void cifarPicturesAreReadPlaneByPlaneFromAllBatches() throws IOException {
        Files.write(directory.resolve("data_batch_1.bin"), cifar(1, 7));
        Files.write(directory.resolve("data_batch_2.bin"), cifar(0, 9));
        DataSet data = DataSets.open(directory, CLASSES, SHAPE);
        assertThat(data.count()).isEqualTo(2);
        assertThat(data.label(0)).isEqualTo(1);
        float[] picture = new float[data.dimension()];
        data.read(1, picture, 0);
        assertThat(picture[0]).isEqualTo(9 / 127.5f - 1);
        assertThat(picture[CIFAR - 1]).isEqualTo(11 / 127.5f - 1);
    }

    @Test
    void truncatedCifarFileIsRefusedByItsName() throws IOException {
        Path file = directory.resolve("data_batch_1.bin");
        Files.write(file, Arrays.copyOf(cifar(1, 7), CIFAR));
        assertRefused(file + ": " + CIFAR + " bytes (expected: a multiple of 3073");
    }

    @Test
    void foldersArePicturesByClass() throws IOException {
        picture("dark/a.png", -1, 4);
        picture("light/a.png", 1, 4);
        picture("light/b.png", 1, 9);
        DataSet data = DataSets.open(directory, CLASSES, SHAPE);
        assertThat(List.of(data.label(0), data.label(1), data.label(2))).containsExactly(0, 1, 1);
        float[] picture = new float[data.dimension()];
        data.read(0, picture, 0);
        assertThat(picture).containsOnly(-1);
        data.read(2, picture, 0);
        assertThat(picture).containsOnly(1);
    }

    /** Which of the two is opened hangs on how much memory there is. */
    @Test
    void folderHasOneChecksumInMainMemoryAndOnTheDisk() throws IOException {
        picture("dark/a.png", -1, 4);
        picture("light/a.png", 1, 4);
        picture("light/b.png", 0, 9);
        ImageFolder onDisk = ImageFolder.list(directory, CLASSES, SHAPE);
        DataSet loaded = onDisk.inMemory(3L * SHAPE.channels() * SHAPE.height() * SHAPE.width());
        assertThat(onDisk.inMemory(1)).isSameAs(onDisk);
        assertThat(loaded).isInstanceOf(LoadedFolder.class);

        assertThat(loaded.sha256()).isEqualTo(onDisk.sha256());
        String ofPixels = pixelSha256(loaded);
        assertThat(List.of(loaded, onDisk)).allSatisfy(data -> {
            assertThat(data.isToldBy(onDisk.sha256())).isTrue();
            assertThat(data.isToldBy(ofPixels)).isTrue();
            assertThat(data.isToldBy("0".repeat(64))).isFalse();
        });
        picture("light/b.png", 1, 9);
        assertThat(onDisk.isToldBy(ofPixels)).isFalse();
    }

    /** As by another of the same size. */
    @Test
    void picturesThatAreTooManyForMainMemoryAreToldByTheirTimes() throws IOException {
        picture("dark/a.png", -1, 4);
        picture("light/a.png", 1, 4);
        ImageFolder folder = ImageFolder.list(directory, CLASSES, SHAPE);
        Path replaced = directory.resolve("light/a.png");
        FileTime time = Files.getLastModifiedTime(replaced);
        String told = folder.fingerprint();
        String checksum = folder.sha256();
        assertThat(folder.fingerprint()).isEqualTo(told).hasSize(64);

        Files.setLastModifiedTime(replaced, FileTime.fromMillis(time.toMillis() + 1));

        assertThat(folder.fingerprint()).isNotEqualTo(told);
        assertThat(folder.sha256()).isEqualTo(checksum);
    }

    /** What earlier versions told of a folder in main memory: pixels, and labels behind them. */
    private static String pixelSha256(DataSet data) {
        byte[] pixels = new byte[data.count() * data.dimension()];
        byte[] labels = new byte[data.count()];
        for (int i = 0; i < labels.length; i++) {
            System.arraycopy(data.bytes(i), 0, pixels, i * data.dimension(), data.dimension());
            labels[i] = (byte) data.label(i);
        }
        return new ImageDataSet(data.channels(), data.height(), data.width(), pixels, labels, CLASSES).sha256();
    }

    @Test
    void foldersOfOtherNamesAreClassesByTheirOrder() throws IOException {
        picture("n01/a.png", -1, 4);
        picture("n02/a.png", 1, 4);
        DataSet data = DataSets.open(directory, CLASSES, SHAPE);
        assertThat(List.of(data.label(0), data.label(1))).containsExactly(0, 1);
    }

    @Test
    void foldersThatAreNumbersAreClassesByTheirSize() throws IOException {
        List<String> classes =
                IntStream.range(0, 12).mapToObj(i -> "class " + i).toList();
        for (int i = 0; i < 12; i++) {
            picture(i + "/a.png", i / 11f, 4);
        }

        DataSet data = DataSets.open(directory, classes, SHAPE);

        float[] picture = new float[data.dimension()];
        data.read(10, picture, 0);
        assertThat(data.label(10)).isEqualTo(10);
        assertThat(picture[0]).isCloseTo(10 / 11f, within(0.01f));
        assertThat(DataSets.foldersInOrder(directory, classes))
                .startsWith("0", "1", "2")
                .endsWith("10", "11");
    }

    @Test
    void foldersAreTheirClassesOwnOrToldInOrder() throws IOException {
        picture("n01/a.png", -1, 4);
        picture("n1/a.png", 1, 4);

        assertThat(DataSets.foldersInOrder(directory, CLASSES)).containsExactly("n01", "n1");
        assertThat(DataSets.foldersInOrder(directory, List.of("n1", "n01"))).isEmpty();
    }

    @Test
    void classWithoutAFolderIsRefusedByItsName() throws IOException {
        picture("dark/a.png", -1, 4);
        assertRefused("data: " + directory + " without a folder light (expected: one for each class)");
    }

    @Test
    void folderWithoutPicturesIsRefusedByItsName() throws IOException {
        picture("n01/a.png", -1, 4);
        Path empty = Files.createDirectories(directory.resolve("n02"));
        Files.writeString(empty.resolve("note.txt"), "none yet");
        assertRefused("data: " + empty + " (expected: .png or .jpg files in each class's folder)");
    }

    /** As a folder from the web has them beside others. */
    @Test
    void picturesInFormatsThatAreNotReadAreNotLost() throws IOException {
        picture("dark/a.png", -1, 4);
        picture("light/a.png", 1, 4);
        Path other = Files.writeString(directory.resolve("light/b.WEBP"), "RIFF");
        assertRefused("data: " + other + " (expected: pictures that end in .png, .jpg or .jpeg)");
    }

    @Test
    void picturesInAFolderOfAClasssFolderAreNotLost() throws IOException {
        picture("dark/a.png", -1, 4);
        picture("light/a.png", 1, 4);
        picture("light/more/b.png", 1, 4);
        assertRefused("data: " + directory.resolve("light/more")
                + " (expected: pictures themselves in their class's folder, no folder in it)");
    }

    @Test
    void whatToolsHideAmongPicturesIsNoData() throws IOException {
        picture("dark/a.png", -1, 4);
        picture("light/a.png", 1, 4);
        Files.writeString(directory.resolve("dark/._a.png"), "attributes");
        Files.createDirectories(directory.resolve("dark/.ipynb_checkpoints"));
        Files.createDirectories(directory.resolve(".git"));

        assertThat(DataSets.open(directory, CLASSES, SHAPE).count()).isEqualTo(2);
        assertThat(DataSets.ownClasses(directory)).containsExactly("dark", "light");
    }

    @Test
    void linkThatLeadsNowhereIsRefusedByItsName() throws IOException {
        picture("dark/a.png", -1, 4);
        picture("light/a.png", 1, 4);
        Path link = Files.createSymbolicLink(directory.resolve("light/b.png"), directory.resolve("gone.png"));
        assertRefused(link + ": a link that leads nowhere (expected: a picture)");
    }

    @Test
    void wrongNumberOfFoldersIsToldWithTheirNames() throws IOException {
        for (int i = 1; i <= 6; i++) {
            picture("n" + i + "/a.png", -1, 4);
        }
        assertRefused("data: " + directory + " with 6 folders, n1, n2, n3, n4, n5, ... (expected: ");
    }

    @Test
    void folderThatIsNoClassAmongOnesThatAreIsRefused() throws IOException {
        picture("dark/a.png", -1, 4);
        picture("lihgt/a.png", 1, 4);
        assertRefused("data: " + directory.resolve("lihgt")
                + " (expected: a folder named as one of the classes, as others are: dark, light; or all"
                + " numbered in their order)");
    }

    @Test
    void brokenPictureIsRefusedByItsName() throws IOException {
        picture("dark/a.png", -1, 4);
        Path broken = Files.createDirectories(directory.resolve("light")).resolve("b.jpg");
        Files.writeString(broken, "no picture");
        assertRefused(broken + ": no picture (expected: PNG or JPEG)");
    }

    @Test
    void truncatedPictureIsRefusedByItsName() throws IOException {
        Path whole = picture("light/a.png", 1, 9);
        byte[] content = Files.readAllBytes(whole);
        Files.write(whole, Arrays.copyOf(content, content.length / 2));
        picture("dark/a.png", -1, 4);
        assertRefused(whole + ": ");
    }

    /** Java's reader makes a picture with a grey bottom of it. */
    @Test
    void truncatedJpegIsRefusedByItsName() throws IOException {
        picture("dark/a.png", -1, 4);
        Path broken = Files.createDirectories(directory.resolve("light")).resolve("b.jpg");
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB), "jpg", whole);
        Files.write(broken, Arrays.copyOf(whole.toByteArray(), whole.size() - 20));
        assertRefused(broken + ": Truncated File - Missing EOI marker (expected: a whole picture)");
    }

    @Test
    void pictureSmallerThanTheModelsIsRefused() throws IOException {
        Path small = picture("dark/a.png", -1, 3);
        picture("light/a.png", 1, 4);
        assertRefused(small + ": 3 x 3 pixels (expected: at least 4 x 4)");
    }

    @Test
    void eitherPartOfCifarIsRead() throws IOException {
        Files.write(directory.resolve("data_batch_1.bin"), cifar(1, 7));
        Files.write(directory.resolve("test_batch.bin"), cifar(0, 9));

        DataSet train = DataSets.open(directory, DataPart.TRAIN, CLASSES, SHAPE);
        DataSet test = DataSets.open(directory, DataPart.TEST, CLASSES, SHAPE);

        assertThat(train.label(0)).isEqualTo(1);
        assertThat(train.bytes(0)).startsWith(7, 7).endsWith(9, 9);
        assertThat(test.count()).isEqualTo(1);
        assertThat(test.label(0)).isZero();
        assertThat(test.bytes(0)).startsWith(9, 9).endsWith(11, 11);
    }

    @Test
    void testPartNeedsNoOtherBesideIt() throws IOException {
        Files.write(directory.resolve("test_batch.bin"), cifar(2, 9));

        assertThat(DataSets.hasParts(directory)).isTrue();
        assertThat(DataSets.open(directory, DataPart.TEST, List.of(), SHAPE).label(0))
                .isEqualTo(2);
    }

    @Test
    void missingTestPartOfCifarIsNamed() throws IOException {
        Files.write(directory.resolve("data_batch_1.bin"), cifar(1, 7));

        assertThatThrownBy(() -> DataSets.open(directory, DataPart.TEST, CLASSES, SHAPE))
                .isInstanceOf(DataSetException.class)
                .hasMessage("data: " + directory + " (expected: a directory with test_batch.bin)");
    }

    @Test
    void foldersAreToldToHaveOnePartOnly() throws IOException {
        picture("dark/a.png", -1, 4);
        picture("light/a.png", 1, 4);

        assertThat(DataSets.open(directory, DataPart.TRAIN, List.of(), SHAPE).classes())
                .containsExactly("dark", "light");
        assertThatThrownBy(() -> DataSets.open(directory, DataPart.TEST, List.of(), SHAPE))
                .isInstanceOf(DataSetException.class)
                .hasMessage("data: " + directory + " (expected: IDX files or CIFAR-10's binary files, which have a test"
                        + " part; folders of pictures have one part only, train)");
    }

    @Test
    void everyByteIsReadBackAsItWas() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        assertThat(new ImageDataSet(1, 16, 16, all, new byte[1], CLASSES).bytes(0))
                .isEqualTo(all);
    }

    @Test
    void directoryOfNoKnownFormatIsRefused() {
        assertRefused(
                "data: " + directory + " with 0 folders (expected: IDX files, CIFAR-10's binary files, or a folder"
                        + " of pictures for each of 2 classes)");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> DataSets.open(directory, CLASSES, SHAPE))
                .isInstanceOf(DataSetException.class)
                .hasMessageStartingWith(message);
    }

    private Path picture(String name, float value, int side) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        float[] values = new float[3 * side * side];
        Arrays.fill(values, value);
        return Files.write(file, new PictureGrid(new PictureShape(3, side, side), 1, 0).png(List.of(values)));
    }

    /** A picture whose red is {@code value}, green one more, blue two more. */
    private static byte[] cifar(int label, int value) {
        byte[] file = new byte[CIFAR + 1];
        file[0] = (byte) label;
        for (int i = 0; i < CIFAR; i++) {
            file[1 + i] = (byte) (value + i / (CIFAR / 3));
        }
        return file;
    }
}
