package dev.glimpse.loadtest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The port on which a server tells what it does. */
final class AdminPort {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern EVALUATIONS =
            Pattern.compile("^glimpse_nfe_total\\{kind=\"(\\w+)\"} (\\S+)$", Pattern.MULTILINE);

    private final HttpClient client;
    private final Target target;

    /**
     * Network evaluations that a server has done.
     *
     * @param wasted those of them whose client had left meanwhile
     */
    record Evaluations(long all, long wasted) {
        /** Those since then; empty if there are fewer now, as of a server that has started anew. */
        Optional<Evaluations> since(Evaluations before) {
            return all < before.all || wasted < before.wasted
                    ? Optional.empty()
                    : Optional.of(new Evaluations(all - before.all, wasted - before.wasted));
        }
    }

    private AdminPort(Target target) {
        this.target = target;
        client = target.http().connectTimeout(PATIENCE).build();
    }

    /**
     * Reads what {@link Target} does.
     *
     * @param tls how to believe it if it speaks TLS
     */
    static AdminPort parse(String text, Tls tls) {
        return new AdminPort(Target.parse("--admin", text, tls));
    }

    /** @throws UnusableServerException if it does not tell */
    Evaluations evaluations() throws InterruptedException {
        String metrics = metrics();
        double all = 0;
        double wasted = 0;
        boolean told = false;
        for (Matcher each = EVALUATIONS.matcher(metrics); each.find(); ) {
            told = true;
            double count = Double.parseDouble(each.group(2));
            all += count;
            wasted += each.group(1).equals("wasted") ? count : 0;
        }
        if (!told) {
            throw new UnusableServerException("--admin: " + target.name() + " tells no glimpse_nfe_total");
        }
        return new Evaluations(Math.round(all), Math.round(wasted));
    }

    private String metrics() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(target.url("http") + "/metrics"))
                .timeout(PATIENCE)
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UnusableServerException("--admin: " + target.name() + " does not answer: " + e, e);
        }
    }
}
