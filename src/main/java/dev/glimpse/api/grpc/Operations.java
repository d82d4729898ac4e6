package dev.glimpse.api.grpc;

import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.ModelVersion;
import dev.glimpse.generation.ShelfKeeper;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an operator may see and do, for the {@link AdminDoor}. Asked on event loops, so nothing here may block. */
public interface Operations {
    /** The models; absent until the server has loaded those that it starts with. */
    Optional<Models> models();

    /** Begins to end the server, as a signal does, and tells how long running requests have; any number of times. */
    Duration drain();

    /** The least level that is logged: error, warn, info, debug or trace. */
    String logLevel();

    /** Logs from that level on. */
    void logLevel(String level);

    /** The models of a running server. */
    interface Models {
        /** Every version, the served ones first and in order of preference. */
        List<ModelVersion> versions();

        /** What requests are held to. */
        GenerationLimits limits();

        /** Who changes them. */
        ShelfKeeper keeper();
    }
}
