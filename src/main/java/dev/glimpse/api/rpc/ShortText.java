package dev.glimpse.api.rpc;

/**
 * Makes texts short enough for trailers. HTTP/2 clients say how large a list of headers may be that they take, those of
 * gRPC 8 KiB, and a larger one never leaves: its stream is reset, and nobody learns the status.
 */
final class ShortText {
    /*
     * Trailers hold a message up to three times: percent-encoded, which takes three bytes for one at worst, and twice in
     * the details, in Base64. That is 6 KiB at worst, with a name and the details' own bytes beside it.
     */
    private static final int MESSAGE_BYTES = 1024;

    /** Of those what stands before the values that are expected: the field, and what was sent instead. */
    private static final int SENT_BYTES = 384;

    private static final int NAME_BYTES = 256;

    private static final String EXPECTED = " (expected: ";
    private static final String ELLIPSIS = "…";

    private ShortText() {}

    /** A message, in which both the value that was sent and those that are expected end early if they have to. */
    static String message(String text) {
        if (bytes(text) <= MESSAGE_BYTES) {
            return text;
        }
        // The last one: what was sent may say anything.
        int expected = text.lastIndexOf(EXPECTED);
        if (expected < 0) {
            return cut(text, MESSAGE_BYTES);
        }
        String sent = cut(text.substring(0, expected), SENT_BYTES);
        String rest = text.substring(expected);
        String kept = cut(rest, MESSAGE_BYTES - bytes(sent) - 1);
        return sent + (kept.equals(rest) ? rest : kept + ")");
    }

    /** The name of a field, a model or a tenant, which may be anything that a client thought of. */
    static String name(String text) {
        return cut(text, NAME_BYTES);
    }

    private static String cut(String text, int most) {
        if (bytes(text) <= most) {
            return text;
        }
        int room = most - bytes(ELLIPSIS);
        int end = 0;
        while (room >= bytes(text.codePointAt(end))) {
            int character = text.codePointAt(end);
            room -= bytes(character);
            end += Character.charCount(character);
        }
        return text.substring(0, end) + ELLIPSIS;
    }

    private static int bytes(String text) {
        return text.codePoints().map(ShortText::bytes).sum();
    }

    /** In UTF-8. */
    private static int bytes(int character) {
        if (character < 0x80) {
            return 1;
        }
        if (character < 0x800) {
            return 2;
        }
        return character < 0x10000 ? 3 : 4;
    }
}
