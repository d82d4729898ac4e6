package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders in an archive, whose names may have any letters whatever the locale of this process. */
class ClassFoldersTest {
    private static final String COMPOSED = "\u00c4pfel";
    private static final String APART = "A\u0308pfel";

    @TempDir
    Path temporary;

    private FileSystem archive;
    private Path data;

    @BeforeEach
    void openArchive() throws IOException {
        archive = FileSystems.newFileSystem(temporary.resolve("data.zip"), Map.of("create", "true"));
        data = archive.getPath("/data");
    }

    @AfterEach
    void closeArchive() throws IOException {
        archive.close();
    }

    @Test
    void accentsOfFoldersMayBeLettersOfTheirOwn() throws IOException {
        folders("Birnen", APART);

        assertByName(ClassFolders.of(data, List.of(COMPOSED, "Birnen")), 1);
    }

    @Test
    void accentsOfClassesMayBeLettersOfTheirOwn() throws IOException {
        folders("Birnen", COMPOSED);

        assertByName(ClassFolders.of(data, List.of("Birnen", APART)), 0);
    }

    @Test
    void foldersAreNamedAsTheirClassesInAnyCase() throws IOException {
        folders("apples", "Birnen");

        assertByName(ClassFolders.of(data, List.of("birnen", "Apples")), 0);
    }

    /** A class may be named what no folder can be. */
    @ParameterizedTest
    @ValueSource(strings = {"T-shirt_top", "t-shirt-top", "T_shirt:top", "t shirt top"})
    void foldersMayHaveOtherSignsBetweenTheirWords(String folder) throws IOException {
        folders(folder, "Birnen");

        assertByName(ClassFolders.of(data, List.of("T-shirt/top", "Birnen")), 1);
    }

    /** As it stands between them, they are other classes. */
    @Test
    void caseCountsWhereClassesDifferInItAlone() throws IOException {
        folders("a", "A", "birnen");

        assertThat(ClassFolders.of(data, List.of("a", "birnen", "A")).labels()).containsExactly(2, 0, 1);
        assertThatThrownBy(() -> ClassFolders.of(data, List.of("a", "Birnen", "A")))
                .hasMessage("data: /data/birnen (expected: a folder named as one of the classes, as others are: a,"
                        + " Birnen, A; or all numbered in their order)");
    }

    @Test
    void classesThatNobodyNamedHaveTheirFoldersNamesComposed() throws IOException {
        folders(APART);

        assertThat(DataSets.ownClasses(data)).containsExactly(COMPOSED);
    }

    @Test
    void foldersWhoseNamesReadTheSameAreRefused() throws IOException {
        folders("Birnen", APART, COMPOSED);

        assertThatThrownBy(() -> ClassFolders.of(data, List.of("Birnen", COMPOSED)))
                .isInstanceOf(DataSetException.class)
                .hasMessage("data: /data/" + COMPOSED + " beside another folder whose name reads the same (expected:"
                        + " one for each class)");
    }

    /** As it is read in a locale that has no such letter: by their order folders would get wrong classes. */
    @Test
    void foldersWhoseNamesCannotBeReadAreNotTakenByTheirOrder() throws IOException {
        folders("\uFFFD\uFFFDpfel", "\uFFFD\uFFFDl");

        assertThatThrownBy(() -> ClassFolders.of(data, List.of(COMPOSED, "\u00d6l")))
                .isInstanceOf(DataSetException.class)
                .hasMessage("data: /data/\uFFFD\uFFFDl (expected: a folder whose name can be read; names in UTF-8 can"
                        + " be where the locale is, as with LC_ALL=C.UTF-8)");
    }

    /** @param label of the pears; the apples have the other one */
    private static void assertByName(ClassFolders folders, int label) {
        assertThat(folders.byName()).isTrue();
        for (int i = 0; i < 2; i++) {
            boolean pears = ClassFolders.name(folders.folders().get(i)).equals("Birnen");
            assertThat(folders.labels().get(i)).isEqualTo(pears ? label : 1 - label);
        }
    }

    private void folders(String... names) throws IOException {
        for (String name : names) {
            Files.createDirectories(data.resolve(name));
        }
    }
}
