package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Holds README.md to the program; the working directory of a test is the repository's root. */
class ReadmeTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/glimpse");

    /** A command as code, in a line of its own or within a sentence; two spaces begin its explanation. */
    private static final Pattern COMMAND =
            Pattern.compile("(?:^    |`)glimpse ([a-z].*?)(?:  |`|$)", Pattern.MULTILINE);

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)\\)");
    private static final Pattern MAP_ROW = Pattern.compile("^\\| `([a-z.]+)` \\|", Pattern.MULTILINE);

    private static final Pattern CARRIED = Pattern.compile("one server carries (\\d+) requests/s");
    private static final Pattern SERVERS = Pattern.compile("/s take (\\d+) servers and a spare");

    static List<String> commands() throws IOException {
        return find(COMMAND);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsOneThatTheProgramTakes(String command) {
        CommandLine program = Main.commands(Map.of());
        assertThatCode(() -> program.parseArgs(withoutRedirection(command).split("\\s+", -1)))
                .doesNotThrowAnyException();
    }

    /** What the shell leaves of a command to the program. */
    private static String withoutRedirection(String command) {
        return command.replaceFirst("\\s+>.*", "");
    }

    @Test
    void everyCommandOfTheProgramIsShown() throws IOException {
        assertThat(commands().stream().map(command -> command.replaceFirst(" .*", "")))
                .containsAll(Main.commands(Map.of()).getSubcommands().keySet());
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        assertThat(find(LINK))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(Path.of(link)).exists());
    }

    @Test
    void mapNamesEveryPackage() throws IOException {
        assertThat(find(MAP_ROW)).containsExactlyInAnyOrderElementsOf(packages());
    }

    @Test
    void capacityIsWhatTheProgramPrints() throws IOException {
        CommandLineRun run = CommandLineRun.of(
                ("capacity --json --cost 2,4 --workers 2 --mix 1:50,2:25,4:20,18:5 --first 1000 --last 5000"
                                + " --rates 200,500")
                        .split(" "));
        JsonObject answer = JsonParser.parseString(run.out()).getAsJsonObject();
        JsonArray table = answer.getAsJsonArray("table");

        assertThat(find(CARRIED))
                .containsExactly(
                        Long.toString(Math.round(answer.get("most_per_second").getAsDouble())));
        assertThat(find(SERVERS))
                .containsExactly(
                        table.get(0).getAsJsonObject().get("servers").getAsString(),
                        table.get(1).getAsJsonObject().get("servers").getAsString());
    }

    private static List<String> packages() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.endsWith("package-info.java"))
                    .map(file -> SOURCES.relativize(file.getParent()).toString().replace('/', '.'))
                    .toList();
        }
    }

    private static List<String> find(Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
