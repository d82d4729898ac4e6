package dev.glimpse.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What clients/http.md says; the working directory of a test is the repository's root. */
public final class HttpGuide {
    private static final Path GUIDE = Path.of("clients/http.md");

    private HttpGuide() {}

    /** What stands between two texts, with the first. */
    public static String section(String begin, String end) throws IOException {
        String guide = Files.readString(GUIDE);
        int from = guide.indexOf(begin);
        assertThat(from).as(begin).isNotNegative();
        int to = guide.indexOf(end, from);
        assertThat(to).as(end).isNotNegative();
        return guide.substring(from, to);
    }

    /** The first group of every place in a text that a pattern fits. */
    public static List<String> find(String text, Pattern pattern) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
