package dev.glimpse.api.oip;

import dev.glimpse.access.Entrance;
import dev.glimpse.access.Origins;
import dev.glimpse.api.web.BodyBounds;
import dev.glimpse.api.web.Doorway;
import dev.glimpse.api.web.EventStreamSettings;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.grpc.server.Service;
import java.util.function.BooleanSupplier;

/**
 * The door for clients of the Open Inference Protocol, version 2, such as those of Triton and KServe: REST at
 * {@code /v2}, and a service for the gRPC server. Safe to mount on any number of event loops.
 */
public final class OipDoor {
    private final Vertx vertx;
    private final Entrance entrance;
    private final Facts facts;
    private final Settings settings;

    /**
     * The bounds of the door.
     *
     * @param bodies those of REST's bodies; a message of gRPC may have as many bytes
     * @param maxRequestsPerStream most requests of one gRPC stream that are answered at once
     * @param events those of its streams of events
     */
    public record Settings(BodyBounds bodies, int maxRequestsPerStream, EventStreamSettings events) {
        public Settings {
            if (maxRequestsPerStream < 1) {
                throw new IllegalArgumentException(
                        "maxRequestsPerStream: " + maxRequestsPerStream + " (expected: at least 1)");
            }
        }
    }

    /**
     * @param version of the program
     * @param ready whether requests are welcome
     */
    public OipDoor(Vertx vertx, Entrance entrance, String version, BooleanSupplier ready, Settings settings) {
        this.vertx = vertx;
        this.entrance = entrance;
        this.facts = new Facts(version, ready);
        this.settings = settings;
    }

    /** The gRPC service, {@code inference.GRPCInferenceService}. */
    public Service service() {
        return new InferenceService(
                        vertx, entrance, facts, settings.bodies().maxBytes(), settings.maxRequestsPerStream())
                .service();
    }

    /** Adds the routes of REST; nothing asynchronous may run before them on the same router. */
    public void mount(Router router, Origins origins) {
        new RestRoutes(new Doorway(entrance, origins), facts, settings.events(), settings.bodies()).mount(router);
    }
}
