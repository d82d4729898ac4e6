package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDirectoryTest {
    private static final SongUNetConfig CONFIG = new SongUNetConfig(8, 1, 1, 2, 8, List.of(1, 2), 1, List.of(4));

    @TempDir
    Path catalog;

    private Path directory;
    private Map<String, float[]> weights;

    @BeforeEach
    void writeAModel() throws IOException {
        directory = catalog.resolve("tiny").resolve("3");
        weights = RandomNets.weights(CONFIG, new SplittableRandom(4));
        JsonObject training = new JsonObject();
        training.addProperty("steps", 12);
        ModelDirectory.write(directory, RandomNets.spec(CONFIG), CONFIG, weights, training);
    }

    @Test
    void writtenModelIsReadBackInSixteenBits() {
        ModelDirectory read = ModelDirectory.read(directory);
        assertThat(read.name()).isEqualTo("tiny");
        assertThat(read.version()).isEqualTo("3");
        assertThat(read.config().network()).isEqualTo(CONFIG);
        assertThat(read.config().spec()).isEqualTo(RandomNets.spec(CONFIG));
        assertThat(read.config().training().get("steps").getAsInt()).isEqualTo(12);
        assertThat(read.weights().keySet()).isEqualTo(weights.keySet());
        weights.forEach((name, values) -> {
            float[] stored = read.weights().get(name);
            for (int i = 0; i < values.length; i++) {
                assertThat(stored[i]).isEqualTo(Half.toFloat(Half.fromFloat(values[i])));
            }
        });
    }

    @Test
    void lastJumpIsReadAndWrittenWhereThereIsOne() throws IOException {
        Path config = directory.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).doesNotContain("last_jump_t");
        assertThat(ModelDirectory.read(directory).config().spec().lastJumpT()).isEmpty();
        String changed = text.replace("\"rho\": 7.0", "\"rho\": 7.0,\n    \"last_jump_t\": 13.0");
        Files.writeString(config, changed);

        ModelConfig read = ModelDirectory.read(directory).config();

        assertThat(read.spec().lastJumpT()).hasValue(13);
        assertThat(read.toJson()).isEqualTo(changed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"blocks\": 1 | \"blocks\": \"one\" | config.json.network.blocks: \"one\" (expected: a whole number)",
                "\"patch\": 1 | \"patches\": 1 | config.json.network.patch: missing (expected: a whole number)",
                "\"rho\": 7.0 | \"rho\": 7.0, \"tau\": 1 | config.json.times.tau: unknown",
                "\"rho\": 7.0 | \"rho\": 0 | config.json: times.rho: 0.0 (expected: above 0)",
                "\"rho\": 7.0 | \"rho\": 0.005 | config.json: times.rho: 0.005 (expected: such that times fall from sigma_max 80.0 to sigma_min 0.002)",
                "\"rho\": 7.0 | \"rho\": 1e18 | config.json: times.rho: 1.0E18 (expected: such that times fall",
                "\"rho\": 7.0 | \"rho\": 7.0, \"last_jump_t\": 80 | config.json: times.last_jump_t: 80.0 (expected: between sigma_min 0.002 and sigma_max 80.0)",
                "\"rho\": 7.0 | \"rho\": 7.0, \"last_jump_t\": 79.99995 | config.json: times.last_jump_t: 79.99995 (expected: between",
                "\"rho\": 7.0 | \"rho\": 7.0, \"last_jump_t\": 0.002 | config.json: times.last_jump_t: 0.002 (expected: between",
                "\"rho\": 7.0 | \"rho\": 7.0, \"last_jump_t\": \"13\" | config.json.times.last_jump_t: \"13\" (expected: a number)",
                "\"sigma_min\": 0.002 | \"sigma_min\": 1e-50 | config.json: times.sigma_min: 1.0E-50 (expected: a float32 above 0)",
                "\"sigma_max\": 80.0 | \"sigma_max\": 1e300 | config.json: times.sigma_max: 1.0E300 (expected: a float32 with a finite square)",
                "\"sigma_max\": 80.0 | \"sigma_max\": 1e20 | config.json: times.sigma_max: 1.0E20 (expected: a float32 with a finite square)",
                "\"sigma_data\": 0.5 | \"sigma_data\": 1e-30 | config.json: times.sigma_data: 1.0E-30 (expected: a float32 with a finite square above 0)",
                "\"sigma_min\": 0.002 | \"sigma_min\": 90 | config.json: times.sigma_max: 80.0 (expected: above sigma_min 90.0)",
                "\"sigma_data\": 0.5 | \"sigma_data\": -1 | config.json: times.sigma_data: -1.0 (expected: above 0)",
                "\"song_unet\" | \"vit\" | architecture: vit (expected: song_unet or adm_unet)",
                "\"model_channels\": 8 | \"model_channels\": 7 | model_channels: 7 (expected: a multiple of 4)",
                "\"model_channels\": 8 | \"model_channels\": 132 | config.json: network.channels: 132 in model.",
                "\"model_channels\": 8 | \"model_channels\": 1073741824 | config.json: network.channel_mult: [1, 2] (expected: at most 65536 channels",
                "\"blocks\": 1 | \"blocks\": 0 | config.json: network.blocks: 0 (expected: 1..1024)",
                "\"blocks\": 1 | \"blocks\": 100000000 | config.json: network.blocks: 100000000 (expected: 1..1024)",
                "\"channels\": 1 | \"channels\": 2 | config.json: image.channels: 2 (expected: 1 or 3)",
                "\"width\": 8 | \"width\": 16 | config.json: image.width: 16 (expected: the height, 8)",
                "\"model_channels\": 8 | \"model_channels\": 12 | missing (expected: shape",
                "\"height\": 8 | \"height\": 65536 | config.json: image size: 65536 x 8 (expected: 1..2048 each)",
                "\"width\": 8 | \"width\": 0 | config.json: image size: 8 x 0 (expected: 1..2048 each)",
                "\"class 1\" | \"class 0\" | config.json: labels: class 0 (expected: each name once)",
                "\"class 1\" | \"class\\u001b\", \"class\\u001b\" | config.json: labels: class? (expected: each name once)",
                "\"format\": 1 | \"format\": 9 | format: 9 (expected: 1)"
            })
    void wrongFieldIsRefusedByItsName(String old, String wrong, String message) throws IOException {
        Path config = directory.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(old);
        Files.writeString(config, text.replace(old, wrong));
        assertThatThrownBy(() -> ModelDirectory.read(directory))
                .isInstanceOf(ModelFormatException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(directory.toString()))
                .satisfies(e -> assertThat(e.getMessage())
                        .contains(message.startsWith("missing (expected: shape") ? "(expected: shape" : message));
    }

    @Test
    void changedWeightsAreRefusedByTheirChecksum() throws IOException {
        Path file = directory.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> ModelDirectory.read(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.safetensors: checksum");
    }

    /** Whatever was verified once: a device may start anew after weeks. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void weightsThatWereWrittenToSinceTheyWereReadAreNotLoaded(int cut) throws IOException {
        ModelDirectory read = ModelDirectory.read(directory);
        Path file = directory.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 101] ^= 1;
        Files.write(file, Arrays.copyOf(bytes, bytes.length - cut));
        assertThatThrownBy(() -> read.load(ComputeDevice.cpu()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageMatching(".*/tiny/3/model.safetensors: changed to checksum [0-9a-f]{64} "
                        + "\\(expected: [0-9a-f]{64}, as when it was read; other weights are another version\\)");
    }

    @Test
    void weightsWhoseDirectoryWasReplacedAreLoadedAsTheyWere() throws IOException {
        ModelDirectory read = ModelDirectory.read(directory);
        Map<String, float[]> others = RandomNets.weights(CONFIG, new SplittableRandom(5));
        ModelDirectory.write(directory, RandomNets.spec(CONFIG), CONFIG, others, new JsonObject());
        try (CtmModel model = read.load(ComputeDevice.cpu())) {
            assertThat(model.spec()).isEqualTo(RandomNets.spec(CONFIG));
        }
        String name = weights.keySet().iterator().next();
        assertThat(read.weights().get(name)[0]).isEqualTo(Half.toFloat(Half.fromFloat(weights.get(name)[0])));
    }

    @Test
    void missingWeightsAreNamed() throws IOException {
        Files.delete(directory.resolve("model.safetensors"));
        assertThatThrownBy(() -> ModelDirectory.read(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.safetensors: cannot be read (expected: a model directory");
    }

    @Test
    void versionsAreListedNewestFirst() throws IOException {
        for (String version : List.of("10", "9", "beta")) {
            ModelDirectory.write(
                    catalog.resolve("tiny").resolve(version),
                    RandomNets.spec(CONFIG),
                    CONFIG,
                    new LinkedHashMap<>(weights),
                    new JsonObject());
        }
        assertThat(CatalogListing.of(catalog).versions())
                .extracting(p -> p.getFileName().toString())
                .containsExactly("10", "9", "3", "beta");
    }

    @Test
    void directoryThatCannotBeListedHidesNoOtherModel() {
        Path vanished = catalog.resolve("vanished");
        CatalogListing listing = CatalogListing.ofModels(List.of(vanished, directory.getParent()));
        assertThat(listing.versions()).containsExactly(directory);
        assertThat(listing.unlisted()).containsExactly(vanished);
    }

    @Test
    void catalogThatCannotBeListedIsRefused() {
        Path none = catalog.resolve("none");
        assertThatThrownBy(() -> CatalogListing.of(none))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("models: " + none + " (expected: a readable directory)");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void everyArchitectureIsReadBackAsItWasWritten(long seed) throws IOException {
        RandomNets.Net net = RandomNets.of(seed);
        Path place = catalog.resolve("any").resolve("1");
        ModelDirectory.write(place, net.spec(), net.config(), net.weights(), ElementType.F32, new JsonObject());
        ModelDirectory read = ModelDirectory.read(place);
        assertThat(read.config().network()).isEqualTo(net.config());
        assertThat(read.config().spec()).isEqualTo(net.spec());
        assertThat(read.weights()).containsExactlyInAnyOrderEntriesOf(net.weights());
    }

    @Test
    void versionThatCannotBeWrittenLeavesTheOldOneAndNothingElse() throws IOException {
        byte[] config = Files.readAllBytes(directory.resolve("config.json"));
        Map<String, float[]> incomplete = new LinkedHashMap<>(weights);
        incomplete.put("model.dec.8x8_aux_conv.bias", new float[3]);
        assertThatThrownBy(() ->
                        ModelDirectory.write(directory, RandomNets.spec(CONFIG), CONFIG, incomplete, new JsonObject()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(directory.resolve("config.json")).hasBinaryContent(config);
        assertThat(ModelDirectory.read(directory).version()).isEqualTo("3");
        assertThat(directory.getParent()).isDirectoryNotContaining("glob:**/.*");
    }

    @Test
    void newWeightsTakeThePlaceOfTheOldOnesAndLeaveOtherFiles() throws IOException {
        Files.writeString(directory.resolve("model-card.md"), "a card");
        Map<String, float[]> other = RandomNets.weights(CONFIG, new SplittableRandom(5));
        ModelDirectory.write(directory, RandomNets.spec(CONFIG), CONFIG, other, ElementType.F32, new JsonObject());
        assertThat(ModelDirectory.read(directory).weights()).containsExactlyInAnyOrderEntriesOf(other);
        assertThat(directory.resolve("model-card.md")).hasContent("a card");
        assertThat(directory.getParent()).isDirectoryNotContaining("glob:**/.*");
    }

    @Test
    void versionInTheMakingIsNotListed() throws IOException {
        Path partial = Files.createDirectories(catalog.resolve("tiny").resolve(".4.partial"));
        Files.copy(directory.resolve("config.json"), partial.resolve("config.json"));
        assertThat(CatalogListing.of(catalog).versions()).containsExactly(directory);
    }

    @Test
    void frequenciesThatAreNeverTrainedKeepAllTheirBits() throws IOException {
        GoldenNet net = GoldenNet.of("song_ncsn");
        ModelDirectory.write(directory, net.spec(), net.config(), net.weights(), new JsonObject());
        Map<String, float[]> read = ModelDirectory.read(directory).weights();
        String frequencies = "model.map_noise.freqs";
        String layer = "model.map_layer0.weight";
        assertThat(read.get(frequencies)).isEqualTo(net.weights().get(frequencies));
        assertThat(read.get(layer)).isNotEqualTo(net.weights().get(layer));
    }
}
