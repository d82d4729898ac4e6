package dev.glimpse.api.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file of the page, held in memory.
 *
 * @param contentType its media type
 * @param bytes its content
 * @param etag a strong entity tag (RFC 9110, section 8.8.3) that changes with the content
 */
record PageFile(String contentType, Buffer bytes, String etag) {
    private static final Pattern ENTITY_TAG = Pattern.compile("(?:W/)?(\"[^\"]*\")");

    /**
     * Reads a file from the folder "web" of the class path.
     *
     * @throws IllegalStateException if there is no such file, or none of a known type
     */
    static PageFile load(String name) {
        try (InputStream in = PageFile.class.getResourceAsStream("/web/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the page's file " + name + " is missing from the class path");
            }
            byte[] content = in.readAllBytes();
            return new PageFile(contentTypeOf(name), Buffer.buffer(content), "\"" + sha256(content) + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException("the page's file " + name + " cannot be read", e);
        }
    }

    /**
     * Whether a client has it already: one of the tags that it names is this file's, however weak (RFC 9110, section
     * 13.1.2).
     *
     * @param ifNoneMatch every value of the header If-None-Match
     */
    boolean isAmong(List<String> ifNoneMatch) {
        return ifNoneMatch.stream()
                .anyMatch(value -> value.strip().equals("*")
                        || ENTITY_TAG
                                .matcher(value)
                                .results()
                                .anyMatch(tag -> tag.group(1).equals(etag)));
    }

    private static String contentTypeOf(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalStateException("the page's file " + name + " has no known type");
        };
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
