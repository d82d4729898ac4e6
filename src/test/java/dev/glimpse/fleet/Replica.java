package dev.glimpse.fleet;

import dev.glimpse.testing.Envoy;
import dev.glimpse.testing.FreePorts;
import dev.glimpse.testing.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One server of several, which comes back on its ports when it is started anew. */
final class Replica implements AutoCloseable {
    private final Path directory;
    private final String[] options;
    private final Envoy.Replica place;
    private Program program;

    private Replica(Path directory, String[] options, Envoy.Replica place) {
        this.directory = directory;
        this.options = options;
        this.place = place;
    }

    /** Starts servers that differ in their ports alone, and waits until they are ready. */
    static List<Replica> start(int count, Path directory, String... options) throws IOException, InterruptedException {
        List<Replica> replicas = new ArrayList<>();
        List<Integer> ports = FreePorts.take(2 * count);
        for (int i = 0; i < count; i++) {
            Envoy.Replica place = new Envoy.Replica(ports.get(2 * i), ports.get(2 * i + 1));
            replicas.add(new Replica(directory, options, place));
        }
        for (Replica replica : replicas) {
            replica.begin();
        }
        for (Replica replica : replicas) {
            replica.program.awaitOutput("^(ready) ");
        }
        return replicas;
    }

    Envoy.Replica place() {
        return place;
    }

    String address() {
        return place.address();
    }

    Program program() {
        return program;
    }

    private void begin() throws IOException {
        List<String> args = new ArrayList<>(List.of(
                "serve",
                "--port",
                Integer.toString(place.port()),
                "--admin-port",
                Integer.toString(place.adminPort())));
        args.addAll(List.of(options));
        program = Program.start(directory, args.toArray(String[]::new));
    }

    /** Asks it to end, as a cluster does, waits for that, and starts it again. */
    int restart() throws IOException, InterruptedException {
        program.signal("TERM");
        int status = program.status();
        begin();
        program.awaitOutput("^(ready) ");
        return status;
    }

    @Override
    public void close() {
        program.close();
    }
}
