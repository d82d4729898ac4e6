package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.testing.GoldenFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkDetectionTest {
    @ParameterizedTest
    @EnumSource
    void officialCheckpointsAreRecognisedWithoutBeingToldAnything(OfficialSizes size) throws IOException {
        assertThat(detect(official(size), ImportSettings.official())).isEqualTo(size.config);
    }

    @ParameterizedTest
    @ValueSource(strings = {"song_uncond", "song_cond", "song_ncsn", "adm_cond", "edm_teacher_cond"})
    void smallNetworksOfEveryKindAreRecognised(String name) throws IOException {
        NetworkConfig expected = GoldenNet.of(name).config();
        Map<String, List<Long>> keys = new LinkedHashMap<>();
        SafeTensors.read(GoldenFiles.file(name + ".weights.safetensors"))
                .tensors()
                .forEach((key, tensor) -> keys.put(key, tensor.shape()));
        OptionalInt heads =
                expected instanceof AdmUNetConfig adm ? OptionalInt.of(adm.headChannels()) : OptionalInt.empty();
        assertThat(detect(keys, told(OptionalInt.of(expected.imageSize()), heads)))
                .isEqualTo(expected);
    }

    static Stream<NetworkConfig> otherNetworks() {
        return Stream.of(
                new SongUNetConfig(28, 1, 2, 10, 64, List.of(1, 2), 2, List.of(7)),
                new SongUNetConfig(64, 3, 4, 0, 32, List.of(1, 1, 3), 1, List.of()),
                new SongUNetConfig(8, 1, 1, 2, 16, List.of(2), 3, List.of(8), SongUNetConfig.Variant.NCSNPP, false, 0),
                new AdmUNetConfig(64, 3, 0, 64, List.of(1, 1, 2, 2), 2, List.of(64, 16), 64, true),
                new AdmUNetConfig(64, 1, 5, 64, List.of(2, 1), 1, List.of(), 64, false),
                new AdmUNetConfig(64, 3, 2, 64, List.of(1), 3, List.of(), 64, true));
    }

    @ParameterizedTest
    @MethodSource("otherNetworks")
    void anyNetworkIsRecognisedByItsOwnKeys(NetworkConfig network) {
        assertThat(detect(keys(network), ImportSettings.official())).isEqualTo(network);
    }

    @Test
    void anyPrefixMayStandBeforeTheKeys() throws IOException {
        Map<String, List<Long>> wrapped = new LinkedHashMap<>();
        official(OfficialSizes.CIFAR10_COND).forEach((key, shape) -> wrapped.put("module." + key, shape));
        assertThat(WeightShapes.of(wrapped).prefix()).isEqualTo("module.model.");
        assertThat(detect(wrapped, ImportSettings.official())).isEqualTo(OfficialSizes.CIFAR10_COND.config);
    }

    @Test
    void keysBesideThePrefixAreRefused() throws IOException {
        Map<String, List<Long>> keys = official(OfficialSizes.CIFAR10_COND);
        keys.put("optimizer.weight", List.of(1L));
        refused(keys, ImportSettings.official(), "optimizer.weight: unknown (expected: only keys below model.)");
    }

    /** The size comes from the first convolution, wherever other keys like it stand. */
    @ParameterizedTest
    @ValueSource(
            strings = {"enc._conv.weight", "enc.ax_conv.weight", "enc.99999999999x1_conv.weight", "enc.x_conv.weight"})
    void strayKeysLikeTheFirstConvolutionDoNotMatter(String stray) {
        NetworkConfig network = new SongUNetConfig(8, 1, 1, 0, 16, List.of(1), 1, List.of());
        Map<String, List<Long>> keys = new LinkedHashMap<>();
        keys.put("model." + stray, List.of(1L));
        keys.putAll(keys(network));
        assertThat(detect(keys, ImportSettings.official())).isEqualTo(network);
    }

    @Test
    void otherNetworksAreRefusedByOneOfTheirKeys() {
        refused(
                Map.of("transformer.h.0.weight", List.of(4L)),
                ImportSettings.official(),
                "keys: 1, such as transformer.h.0.weight (expected: those of a SongUNet");
        refused(Map.of(), ImportSettings.official(), "keys: 0, such as none (expected:");
    }

    @Test
    void whatTheKeysTellCannotBeToldOtherwise() throws IOException {
        Map<String, List<Long>> keys = official(OfficialSizes.CIFAR10_COND);
        refused(keys, told(OptionalInt.of(64), OptionalInt.empty()), "size: 64 (expected: 32, as the keys tell)");
        refused(keys, told(OptionalInt.empty(), OptionalInt.of(64)), "head channels: 64 (expected: none");
    }

    @Test
    void impossibleSizesAreRefusedByTheirKey() {
        NetworkConfig network = new SongUNetConfig(8, 1, 1, 0, 16, List.of(1), 1, List.of());
        refused(changed(network, "model.enc.8x8_conv.weight", List.of()), "shape [] (expected: a size at index 0)");
        refused(changed(network, "model.enc.8x8_conv.weight", List.of(0L, 1L, 3L, 3L)), ": 0 (expected: at least 1)");
        refused(
                changed(network, "model.enc.8x8_conv.weight", List.of(16L, 5L, 3L, 3L)),
                "5 input channels (expected: 1 or 3, times the square");
        refused(
                changed(network, "model.enc.8x8_block0.conv0.weight", List.of(1L << 40)),
                "shape [1099511627776] (expected: a size at index 0)");
        refused(
                changed(network, "model.enc.8x8_block0.conv0.weight", List.of(8L, 16L, 3L, 3L)),
                "channel_mult: [0] (expected: each at least 1)");
    }

    private static Map<String, List<Long>> changed(NetworkConfig network, String key, List<Long> shape) {
        Map<String, List<Long>> keys = keys(network);
        assertThat(keys).containsKey(key);
        keys.put(key, shape);
        return keys;
    }

    private static Map<String, List<Long>> keys(NetworkConfig network) {
        Map<String, List<Long>> keys = new LinkedHashMap<>();
        network.parameters()
                .forEach(p -> keys.put(
                        p.name(), p.shape().stream().map(Integer::longValue).toList()));
        return keys;
    }

    private static NetworkConfig detect(Map<String, List<Long>> keys, ImportSettings settings) {
        return NetworkDetection.of(WeightShapes.of(keys), settings);
    }

    private static ImportSettings told(OptionalInt size, OptionalInt headChannels) {
        return new ImportSettings(
                Optional.empty(), size, headChannels, List.of(), Precision.F32, ImportSettings.Times.official());
    }

    private static void refused(Map<String, List<Long>> keys, String message) {
        refused(keys, ImportSettings.official(), message);
    }

    private static void refused(Map<String, List<Long>> keys, ImportSettings settings, String message) {
        assertThatThrownBy(() -> detect(keys, settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static Map<String, List<Long>> official(OfficialSizes size) throws IOException {
        byte[] file = GoldenFiles.read("keys_" + size.name().toLowerCase(Locale.ROOT) + ".json");
        JsonObject golden =
                JsonParser.parseString(new String(file, StandardCharsets.UTF_8)).getAsJsonObject();
        Map<String, List<Long>> keys = new LinkedHashMap<>();
        for (JsonElement element : golden.getAsJsonArray("entries")) {
            JsonObject entry = element.getAsJsonObject();
            keys.put(
                    entry.get("key").getAsString(),
                    entry.getAsJsonArray("shape").asList().stream()
                            .map(JsonElement::getAsLong)
                            .toList());
        }
        return keys;
    }
}
