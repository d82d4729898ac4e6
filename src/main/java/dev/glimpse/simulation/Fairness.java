package dev.glimpse.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How fairly tenants were served: Jain's index, (sum x)^2 / (n sum x^2), of what each was given as a share of what it
 * would have been given if the same total had been dealt out max-min fairly. 1 is perfect, 1/n is all for one.
 */
final class Fairness {
    private final Map<String, Share> tenants = new HashMap<>();

    private static final class Share {
        double weight = 1;
        double asked;
        double served;
        double fair;
    }

    void asked(String tenant, double weight, long nfe) {
        Share share = tenants.computeIfAbsent(tenant, t -> new Share());
        share.weight = weight;
        share.asked += nfe;
    }

    void served(String tenant, int nfe) {
        tenants.computeIfAbsent(tenant, t -> new Share()).served += nfe;
    }

    double index() {
        dealOut();
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (Share share : tenants.values()) {
            if (share.fair > 0) {
                double x = share.served / share.fair;
                sum += x;
                squares += x * x;
                count++;
            }
        }
        return squares == 0 ? 1 : sum * sum / (count * squares);
    }

    /** Gives everybody the same for its weight, but nobody more than it asked for. */
    private void dealOut() {
        double left =
                tenants.values().stream().mapToDouble(share -> share.served).sum();
        List<Share> open = new ArrayList<>(tenants.values());
        while (!open.isEmpty()) {
            double level =
                    left / open.stream().mapToDouble(share -> share.weight).sum();
            List<Share> content = open.stream()
                    .filter(share -> share.asked <= level * share.weight)
                    .toList();
            if (content.isEmpty()) {
                open.forEach(share -> share.fair = level * share.weight);
                return;
            }
            for (Share share : content) {
                share.fair = share.asked;
                left -= share.asked;
            }
            open.removeAll(content);
        }
    }
}
