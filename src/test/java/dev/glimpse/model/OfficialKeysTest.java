package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.testing.GoldenFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys and shapes of the full-size networks against those of the official implementation. */
class OfficialKeysTest {
    @ParameterizedTest
    @EnumSource
    void parametersHaveTheOfficialKeysAndShapes(OfficialSizes size) throws IOException {
        Map<String, List<Integer>> ours = new TreeMap<>();
        size.config.parameters().forEach(p -> ours.put(p.name(), p.shape()));
        assertThat(ours).isEqualTo(entries(golden(size), "param"));
    }

    @ParameterizedTest
    @EnumSource
    void buffersHaveTheOfficialKeysAndShapes(OfficialSizes size) throws IOException {
        Map<String, List<Integer>> ours = new TreeMap<>();
        size.config.buffers().forEach(b -> ours.put(b.name(), b.shape()));
        assertThat(ours).isEqualTo(entries(golden(size), "buffer"));
    }

    @ParameterizedTest
    @EnumSource
    void networkHasTheOfficialNumberOfParameters(OfficialSizes size) throws IOException {
        assertThat(size.config.parameters().stream().mapToLong(Parameter::size).sum())
                .isEqualTo(golden(size).get("num_parameters").getAsLong());
    }

    private static JsonObject golden(OfficialSizes size) throws IOException {
        byte[] file = GoldenFiles.read("keys_" + size.name().toLowerCase(Locale.ROOT) + ".json");
        return JsonParser.parseString(new String(file, StandardCharsets.UTF_8)).getAsJsonObject();
    }

    private static Map<String, List<Integer>> entries(JsonObject golden, String kind) {
        Map<String, List<Integer>> entries = new TreeMap<>();
        for (JsonElement element : golden.getAsJsonArray("entries")) {
            JsonObject entry = element.getAsJsonObject();
            if (entry.get("kind").getAsString().equals(kind)) {
                List<JsonElement> shape = entry.getAsJsonArray("shape").asList();
                entries.put(
                        entry.get("key").getAsString(),
                        IntStream.range(0, shape.size())
                                .mapToObj(i -> shape.get(i).getAsInt())
                                .toList());
            }
        }
        return entries;
    }
}
