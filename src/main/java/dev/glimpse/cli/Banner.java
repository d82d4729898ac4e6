package dev.glimpse.cli;

import dev.glimpse.generation.ServedModel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What the console says once the server is ready. */
final class Banner {
    private Banner() {}

    /**
     * What there is to say.
     *
     * @param host public address as a client on this machine writes it
     * @param port public port
     * @param encrypted whether the public port speaks TLS
     * @param admin URL of the admin port
     * @param models the models served, with their number of parameters; the default first
     */
    record Facts(String host, int port, boolean encrypted, String admin, List<Model> models) {}

    /**
     * One served model.
     *
     * @param served the model as clients know it
     * @param parameters number of trainable values
     */
    record Model(ServedModel served, long parameters) {}

    static String of(Facts facts, Duration untilReady) {
        StringBuilder text = new StringBuilder();
        line(text, "Glimpse", GlimpseCommand.versionName());
        String authority = facts.host() + ":" + facts.port();
        line(text, "page", (facts.encrypted() ? "https://" : "http://") + authority + "/");
        line(text, "socket", (facts.encrypted() ? "wss://" : "ws://") + authority + "/v1/stream");
        line(text, "gRPC", authority + ", glimpse.v1.Glimpse" + (facts.encrypted() ? ", TLS" : ""));
        line(text, "admin", facts.admin() + "/readyz");
        String heading = "model";
        for (Model model : facts.models()) {
            line(text, heading, describe(model));
            heading = "";
        }
        line(text, "device", facts.models().get(0).served().device());
        line(text, "ready", String.format(Locale.ROOT, "after %.1f s; Ctrl-C stops", untilReady.toMillis() / 1000.0));
        return text.toString();
    }

    private static String describe(Model model) {
        ServedModel served = model.served();
        return String.format(
                Locale.ROOT,
                "%s/%s: %d x %d x %d, %s, %,d parameters",
                served.name(),
                served.version(),
                served.width(),
                served.height(),
                served.channels(),
                served.labels().isEmpty() ? "no classes" : served.labels().size() + " classes",
                model.parameters());
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-8s %s%n", name, value));
    }
}
