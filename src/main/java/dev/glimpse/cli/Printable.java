package dev.glimpse.cli;

/** Text from files and servers that nobody trusts, as a terminal may get it. */
final class Printable {
    private Printable() {}

    /** The text on one line and with a ? for each character that could steer the terminal or turn its lines around. */
    static String of(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ").replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }
}
