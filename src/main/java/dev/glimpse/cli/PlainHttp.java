package dev.glimpse.cli;

import dev.glimpse.access.Entrance;
import dev.glimpse.access.Origins;
import dev.glimpse.api.http.GenerateEndpoint;
import dev.glimpse.api.http.HttpDoor;
import dev.glimpse.api.web.BodyBounds;
import dev.glimpse.api.web.Doorway;
import dev.glimpse.config.Settings;
import io.vertx.ext.web.Router;

/** What a server answers over plain HTTP: the page, the models, and pictures. */
final class PlainHttp {
    private PlainHttp() {}

    /** Mounts all of it; before the other doors of the same router, whose bodies are held to the same time. */
    static void mount(Router router, Entrance entrance, Origins origins, Settings settings) {
        BodyBounds bodies = ServerOptions.bodies(settings.server());
        router.route().handler(bodies::expect);
        new HttpDoor(entrance).mount(router);
        new GenerateEndpoint(new Doorway(entrance, origins), ServerOptions.events(settings.events()), bodies)
                .mount(router);
    }
}
