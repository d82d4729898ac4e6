package dev.glimpse.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.ModelConfig;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelFormatException;
import dev.glimpse.model.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureSourceTest {
    private static final PictureShape GREY = new PictureShape(1, 2, 2);
    private static final byte[] PIXELS = {0, 51, 102, (byte) 153, (byte) 255, (byte) 255, 0, 0};

    /** Called as the Inception export is: bytes of three channels, a flag for features, probabilities otherwise. */
    private static final String LIKE_INCEPTION = """
              def forward(self, img: Tensor, return_features: bool=False, use_fp16: bool=False, \
            no_output_bias: bool=False) -> Tensor:
                x = torch.mean(torch.to(img, 6), [2, 3])
                w = torch.reshape(torch.arange(6, dtype=6, layout=None, device=None, pin_memory=False), [2, 3])
                f = torch.linear(x, w)
                if return_features:
                  r = f
                else:
                  r = torch.softmax(torch.zeros([torch.size(img, 0), 1008]), 1)
                return r
            """;

    private static final String FLOATS_ALONE = """
              def forward(self, x: Tensor) -> Tensor:
                k = torch.ones([1, 1, 2, 2])
                return torch.conv2d(x, k, None, [1, 1], [0, 0], [1, 1], 1)
            """;

    private static final String BYTES_ALONE = """
              def forward(self, x: Tensor) -> Tensor:
                return torch.mean(torch.to(x, 6), [2, 3])
            """;

    private static final String MEAN_OF_THE_BATCH = """
              def forward(self, x: Tensor) -> Tensor:
                return torch.mean(torch.to(x, 6), [0, 2, 3])
            """;

    private static final String MAPS = """
              def forward(self, x: Tensor) -> Tensor:
                return torch.to(x, 6)
            """;

    @TempDir
    Path directory;

    @Test
    void moduleThatTakesBytesAndAFlagWorksAsItIs() throws IOException {
        try (FeatureNetwork network =
                source(LIKE_INCEPTION, Optional.empty(), false).load(GREY, ComputeDevice.cpu())) {
            FeatureBlock block = network.extract(PIXELS, 2);
            // Grey became three equal channels m: (0 + 1 + 2) m and (3 + 4 + 5) m.
            assertThat(block.features()).containsExactly(3 * 76.5f, 12 * 76.5f, 3 * 127.5f, 12 * 127.5f);
            assertThat(block.classes()).isZero();
        }
    }

    @Test
    void floatsInTheirRangeAreWhatTheModuleSees() throws IOException {
        float[] means = {76.5f, 127.5f};
        for (PixelRange range : PixelRange.values()) {
            try (FeatureNetwork network =
                    source(FLOATS_ALONE, Optional.of(range), false).load(GREY, ComputeDevice.cpu())) {
                float[] features = network.extract(PIXELS, 2).features();
                for (int row = 0; row < 2; row++) {
                    float expected = switch (range) {
                        case U8 -> 4 * means[row];
                        case UNIT -> 4 * means[row] / 255;
                        case SIGNED -> 4 * (means[row] / 127.5f - 1);
                    };
                    assertThat(features[row]).isCloseTo(expected, within(1e-4f));
                }
            }
        }
    }

    @Test
    void moduleThatTakesNoBytesWantsItsRangeNamed() throws IOException {
        FeatureSource source = source(FLOATS_ALONE, Optional.empty(), false);
        assertThatThrownBy(() -> source.load(GREY, ComputeDevice.cpu()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("--features-input: none (expected: u8, unit or signed, as features.pt takes no bytes)");
    }

    /** Each place of them would count as a feature. */
    @Test
    void moduleThatGivesMapsIsRefusedByTheirShape() throws IOException {
        assertThatThrownBy(() -> source(MAPS, Optional.empty(), false).load(GREY, ComputeDevice.cpu()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("features.pt: no features (expected: ")
                .hasMessageContaining("result: (1, 1, 2, 2) (expected: [B, D], as by a mean over the places of maps)");
    }

    @Test
    void distanceIsCalledFidOnlyWhereInceptionComputedIt() throws IOException {
        FeatureSource foreign = source(LIKE_INCEPTION, Optional.empty(), false);
        assertThat(foreign.distanceName()).isEqualTo("Fréchet distance");
        assertThat(foreign.scoreName()).isEqualTo("class score");
        assertThat(foreign.description()).startsWith("features.pt (sha256 ");
        FeatureSource declared = source(LIKE_INCEPTION, Optional.empty(), true);
        assertThat(declared.distanceName()).isEqualTo("FID");
        assertThat(declared.description()).contains("by the operator's word");
        try (FeatureNetwork network = declared.load(GREY, ComputeDevice.cpu())) {
            FeatureBlock block = network.extract(PIXELS, 2);
            assertThat(block.classes()).isEqualTo(1008);
            assertThat(block.probabilities()).containsOnly(1 / 1008f);
        }
    }

    @Test
    void declaredInceptionThatNamesNoClassesGivesFeaturesAlone() throws IOException {
        String fewer = LIKE_INCEPTION.replace("1008", "1000");
        assertThat(fewer).isNotEqualTo(LIKE_INCEPTION);
        for (String module : List.of(BYTES_ALONE, fewer)) {
            try (FeatureNetwork network = source(module, Optional.empty(), true).load(GREY, ComputeDevice.cpu())) {
                assertThat(network.classes()).isZero();
                FeatureBlock block = network.extract(PIXELS, 2);
                assertThat(block.features()).contains(3 * 76.5f / (module.equals(fewer) ? 1 : 3));
                assertThat(block.probabilities()).isEmpty();
            }
        }
    }

    @Test
    void moduleThatMixesTheBatchIsRefused() throws IOException {
        FeatureSource source = source(MEAN_OF_THE_BATCH, Optional.empty(), false);
        assertThatThrownBy(() -> source.load(GREY, ComputeDevice.cpu()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("features.pt: no features (expected: ")
                .hasMessageEndingWith("1 values of one picture and 1 of two)");
    }

    @Test
    void featuresOfAPictureDoNotDependOnTheOthers() {
        PictureShape shape = new PictureShape(1, 28, 28);
        byte[] pixels = new byte[FeatureNetwork.BATCH * shape.values()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 31 + i / 91);
        }
        try (FeatureNetwork network = FeatureSource.builtIn().load(shape, ComputeDevice.cpu())) {
            FeatureBlock all = network.extract(pixels, FeatureNetwork.BATCH);
            FeatureBlock first = network.extract(pixels, 1);
            assertThat(all.features()).startsWith(first.features());
            assertThat(all.probabilities()).startsWith(first.probabilities());
            float sum = 0;
            for (float p : first.probabilities()) {
                sum += p;
            }
            assertThat(sum).isCloseTo(1, within(1e-5f));
        }
    }

    @Test
    void builtInClassifierKnowsItsDataAndNamesTheBuiltInModelsClasses() {
        FeatureSource builtIn = FeatureSource.builtIn();
        ModelConfig model = ModelDirectory.builtIn().config();
        assertThat(builtIn.names(model.spec().labels())).isTrue();
        assertThat(builtIn.card()).hasValueSatisfying(card -> {
            assertThat(card.testAccuracy()).isGreaterThanOrEqualTo(0.92);
            assertThat(card.dataSha256())
                    .isEqualTo(model.training().get("data_sha256").getAsString());
        });
    }

    @Test
    void classifierForOtherPicturesIsRefused() {
        assertThatThrownBy(() -> FeatureSource.builtIn().load(GREY, ComputeDevice.cpu()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(expected: " + GREY + ")");
    }

    private FeatureSource source(String methods, Optional<PixelRange> range, boolean declared) throws IOException {
        Path file = directory.resolve("features.pt");
        Files.write(file, TorchScriptArchive.of(methods));
        return FeatureSource.file(file, range, declared);
    }
}
