package dev.glimpse.k8s;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An aggregation in a query, such as {@code sum by (rank) (glimpse_queue_nfe)}.
 *
 * @param labels that it keeps apart, or puts together
 * @param operand what it aggregates
 */
record Grouping(List<String> labels, String operand) {
    private static final Pattern START = Pattern.compile(
            "\\b(?:sum|min|max|avg|count|group|stddev|stdvar|quantile|topk|bottomk|count_values)\\s+(?:by|without)\\s*"
                    + "\\(([^)]*)\\)");

    /** All of a text, those within others included; outer ones come first. */
    static List<Grouping> in(String text) {
        List<Grouping> all = new ArrayList<>();
        Matcher start = START.matcher(text);
        while (start.find()) {
            List<String> labels =
                    Stream.of(start.group(1).split(",")).map(String::strip).toList();
            all.add(new Grouping(
                    labels, parenthesised(text.substring(start.end()).stripLeading())));
        }
        return all;
    }

    private static String parenthesised(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                return text.substring(0, i);
            }
        }
        throw new AssertionError("no end of " + text);
    }
}
