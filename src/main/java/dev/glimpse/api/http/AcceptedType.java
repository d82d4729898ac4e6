package dev.glimpse.api.http;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Chooses what a client is answered with, by its header Accept (RFC 9110, section 12.5.1). */
final class AcceptedType {
    private static final Pattern QUALITY = Pattern.compile(";\\s*q\\s*=\\s*(0(?:\\.\\d{0,3})?)\\s*(?:;|$)");

    /** Better ones first: what is wanted more, then what is named more closely, then what is named first. */
    private static final Comparator<Range> BEST = Comparator.comparingDouble(Range::quality)
            .thenComparing(Range::precision)
            .reversed()
            .thenComparing(Range::place);

    private AcceptedType() {}

    /**
     * A part of the header.
     *
     * @param type in lower case; may end in a wildcard
     * @param precision 2 for a type, 1 for all subtypes of one, 0 for everything
     * @param place where it stands
     */
    private record Range(String type, double quality, int precision, int place) {
        static Range of(String text, int place) {
            String range = text.strip().toLowerCase(Locale.ROOT);
            int parameters = range.indexOf(';');
            String type = (parameters < 0 ? range : range.substring(0, parameters)).strip();
            Matcher quality = QUALITY.matcher(range);
            int precision = type.equals("*/*") ? 0 : type.endsWith("/*") ? 1 : 2;
            return new Range(type, quality.find() ? Double.parseDouble(quality.group(1)) : 1, precision, place);
        }

        boolean covers(String offered) {
            return switch (precision) {
                case 0 -> true;
                case 1 -> offered.startsWith(type.substring(0, type.length() - 1));
                default -> offered.equals(type);
            };
        }
    }

    /** A type that is offered, and the range that speaks of it. */
    private record Choice(String offered, Range range) {}

    /**
     * The type that the client wants most; empty if it wants none.
     *
     * @param accept every value of its header; without one it wants anything
     * @param offered in lower case, the best first where the client does not care
     */
    static Optional<String> of(List<String> accept, List<String> offered) {
        String[] parts = String.join(",", accept).split(",");
        List<Range> ranges = IntStream.range(0, parts.length)
                .filter(i -> !parts[i].isBlank())
                .mapToObj(i -> Range.of(parts[i], i))
                .toList();
        if (ranges.isEmpty()) {
            return Optional.of(offered.get(0));
        }
        return offered.stream()
                .flatMap(type -> closest(ranges, type).map(range -> new Choice(type, range)).stream())
                .filter(choice -> choice.range().quality() > 0)
                .min(Comparator.comparing(Choice::range, BEST))
                .map(Choice::offered);
    }

    private static Optional<Range> closest(List<Range> ranges, String type) {
        return ranges.stream()
                .filter(range -> range.covers(type))
                .min(Comparator.comparing(Range::precision).reversed().thenComparing(Range::place));
    }
}
