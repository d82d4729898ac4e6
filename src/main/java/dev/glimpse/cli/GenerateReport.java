package dev.glimpse.cli;

import glimpse.wire.v1.Accepted;
import glimpse.wire.v1.Finished;
import glimpse.wire.v1.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What a person or a program is told of a generation while it runs. */
interface GenerateReport {
    /** The server took the request. */
    void accepted(Accepted accepted);

    /**
     * A sample took a step.
     *
     * @param file where its picture was saved, if it was
     * @throws IOException if its picture cannot be read
     */
    void step(Step step, Optional<Path> file) throws IOException;

    /** Something else was printed where the report goes. */
    default void interrupted() {}

    /** Every sample has its final picture. */
    void finished(Finished finished);
}
