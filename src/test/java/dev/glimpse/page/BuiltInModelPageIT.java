package dev.glimpse.page;

import dev.glimpse.testing.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The page as a newcomer meets it: the program as it is shipped, with the model that comes with it. */
// A browser and a server take both processors.
@Tag("alone")
class BuiltInModelPageIT extends PageContract {
    private Program server;
    private int port;

    @BeforeAll
    void startServer(@TempDir Path directory) throws Exception {
        // Room for a request that is still being refined when the slowest browser comes to stop it.
        server = Program.server(directory, "--set", "limits.max-nfe=4096");
        port = server.port();
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @Override
    String baseUrl() {
        return "http://localhost:" + port;
    }

    @Override
    String manyPictures() {
        return "64";
    }
}
