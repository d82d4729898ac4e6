package dev.glimpse.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The clients of README.md: the commands of its section on them, as they are written there. */
public final class ReadmeClients {
    private static final String SECTION = "## Clients";
    private static final String INDENT = "    ";

    private ReadmeClients() {}

    /**
     * One client.
     *
     * @param setup commands before, in the same shell
     * @param run the command that runs it against localhost:8080
     */
    public record Client(List<String> setup, String run) {
        /** Everything that a newcomer types, with a server on another port. */
        public String script(int port) {
            return String.join("\n", setup) + "\n" + on(port);
        }

        /** The command again, in a new shell: what was installed is there, what was activated is not. */
        public String again(int port, String out, String options) {
            return activation() + "\n" + on(port).replaceAll("--out \\S+", "--out " + out) + " " + options;
        }

        private String activation() {
            return String.join(
                    "\n", setup.stream().filter(line -> line.startsWith(". ")).toList());
        }

        /** Where the command saves frames. */
        public Path out() {
            return Path.of(run.replaceAll(".*--out (\\S+).*", "$1"));
        }

        private String on(int port) {
            return run.replace("localhost:8080", "localhost:" + port);
        }

        @Override
        public String toString() {
            return run.replaceAll(" --.*", "");
        }
    }

    /** Every client, in the order of the section. */
    public static List<Client> all() throws IOException {
        String text = Files.readString(Path.of("README.md"));
        int start = text.indexOf("\n" + SECTION + "\n");
        String section = text.substring(start, text.indexOf("\n## ", start + SECTION.length()));
        List<Client> clients = new ArrayList<>();
        List<String> setup = new ArrayList<>();
        for (String line : section.lines().toList()) {
            if (line.startsWith("### ")) {
                setup.clear();
            } else if (line.startsWith(INDENT) && line.contains("--target ")) {
                clients.add(new Client(List.copyOf(setup), line.strip()));
            } else if (line.startsWith(INDENT)) {
                setup.add(line.strip());
            }
        }
        return clients;
    }

    /** A script in the environment of Python's clients: their heart as it is shown, with a server on another port. */
    public static String heart(int port) throws IOException {
        String text = Files.readString(Path.of("README.md"));
        String begin = "```python\n";
        int start = text.indexOf(begin) + begin.length();
        String shown = text.substring(start, text.indexOf("```", start)).replace("localhost:8080", "localhost:" + port);
        String activation = with("clients/python/generate.py").activation();
        return activation + "\npython - <<'END'\n" + shown + "END\n";
    }

    /** The one whose command holds a text. */
    public static Client with(String text) throws IOException {
        return all().stream()
                .filter(client -> client.run().contains(text))
                .findFirst()
                .orElseThrow();
    }
}
