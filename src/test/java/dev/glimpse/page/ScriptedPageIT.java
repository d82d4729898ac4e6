package dev.glimpse.page;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The page against the real doors and a core without a model, which makes every picture known beforehand. */
// A browser and its server take both processors.
@Tag("alone")
class ScriptedPageIT extends PageContract {
    private final ScriptedDoors doors = new ScriptedDoors();
    private int port;

    @BeforeAll
    void startServer() throws Exception {
        port = doors.start(new ShapesGenerator(doors.vertx, 1), 0).actualPort();
    }

    @AfterAll
    void stopServer() throws Exception {
        doors.close();
    }

    @Override
    String baseUrl() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    String manyPictures() {
        return "16";
    }
}
