package dev.glimpse.cli;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An answer of {@code /metrics}, read line by line. */
record Scrape(String text, Map<String, Double> samples) {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*(?:\\{.*})?) (\\S+)");

    static Scrape of(String text) {
        Map<String, Double> samples = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("#")) {
                continue;
            }
            Matcher matcher = SAMPLE.matcher(line);
            if (!matcher.matches()) {
                throw new AssertionError(line + " (expected: a sample)");
            }
            String value = matcher.group(2).replace("+Inf", "Infinity");
            if (samples.put(matcher.group(1), Double.parseDouble(value)) != null) {
                throw new AssertionError(line + " (expected: once)");
            }
        }
        return new Scrape(text, samples);
    }

    /** Names of all series. */
    Set<String> names() {
        Set<String> names = new HashSet<>();
        samples.keySet().forEach(sample -> names.add(sample.replaceAll("\\{.*", "")));
        return names;
    }

    /** The sum over the samples of a series that have all these labels. */
    double sum(String name, String... labels) {
        double sum = 0;
        boolean found = false;
        for (Map.Entry<String, Double> sample : samples.entrySet()) {
            String[] parts = sample.getKey().split("\\{", 2);
            boolean wanted = parts[0].equals(name);
            for (String label : labels) {
                wanted &= parts.length == 2 && parts[1].contains(label);
            }
            found |= wanted;
            sum += wanted ? sample.getValue() : 0;
        }
        if (!found) {
            throw new AssertionError(name + " (expected: a sample) in:\n" + text);
        }
        return sum;
    }
}
