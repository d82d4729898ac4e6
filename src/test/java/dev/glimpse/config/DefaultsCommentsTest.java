package dev.glimpse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.config.SettingsLoader.Flag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds what the comments of the defaults file tell to what the settings do. */
class DefaultsCommentsTest {
    /** A range in the last line of the comment of a key, which is where ranges stand. */
    private static final Pattern RANGE_OF_KEY =
            Pattern.compile("^  # .*?(\\d\\w*\\.\\.\\d\\w*).*\\n  ([a-z-]+):", Pattern.MULTILINE);

    @Test
    void everyRangeIsThatOfTheRefusal() throws IOException {
        String text = defaults();
        List<String> keys =
                List.copyOf(YamlLayer.parse(text, "glimpse-defaults.yaml").keySet());
        List<MatchResult> ranges = RANGE_OF_KEY.matcher(text).results().toList();

        assertThat(ranges).hasSizeGreaterThan(5).allSatisfy(range -> {
            assertThat(keys)
                    .filteredOn(key -> key.endsWith("." + range.group(2)))
                    .singleElement()
                    .satisfies(key -> {
                        Flag wrong = new Flag(key, "nonsense", "--wrong");
                        assertThatThrownBy(() -> SettingsLoader.load(Optional.empty(), Map.of(), List.of(wrong)))
                                .hasMessageContaining("nonsense")
                                .hasMessageMatching(".*[ (]" + Pattern.quote(range.group(1)) + "\\).*");
                    });
        });
    }

    private static String defaults() throws IOException {
        try (var in = Settings.class.getResourceAsStream("/glimpse-defaults.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
