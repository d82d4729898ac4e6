package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of what the program is made of, beside the program as the build laid it out. */
class SbomIT {
    private static final Pattern ADDRESS =
            Pattern.compile("pkg:maven/[^/]+/([^@]+)@([^?]+)\\?(?:classifier=([^&]+)&)?type=jar");

    @Test
    void namesEveryJarOfTheProgramAndNothingElse() throws IOException {
        JsonObject sbom = JsonParser.parseString(Files.readString(Path.of("target", "glimpse-sbom.json")))
                .getAsJsonObject();
        assertThat(sbom.getAsJsonObject("metadata")
                        .getAsJsonObject("component")
                        .get("name")
                        .getAsString())
                .isEqualTo("glimpse");
        List<String> jars = new ArrayList<>(List.of("glimpse.jar"));
        for (JsonElement component : sbom.getAsJsonArray("components")) {
            jars.add(jar(component.getAsJsonObject().get("purl").getAsString()));
        }

        try (Stream<Path> files = Files.list(Program.launcher().resolveSibling("../lib"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(jars);
        }
    }

    private static String jar(String address) {
        Matcher parts = ADDRESS.matcher(address);
        assertThat(parts.matches()).as(address).isTrue();
        String classifier = parts.group(3) == null ? "" : "-" + parts.group(3);
        return parts.group(1) + "-" + parts.group(2) + classifier + ".jar";
    }
}
