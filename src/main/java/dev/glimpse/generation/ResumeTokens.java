package dev.glimpse.generation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/*
 * A token in Base64url, without padding:
 *
 *   1   version, 4; 5 for a request that was granted fewer steps than it had asked for
 *   4   id of the key
 *   8   when it expires, in seconds since 1970
 *   8   fingerprint of the ways: the same name and version of a model that plans differently is another model
 *   8   the first bytes of the weights' SHA-256; 0 if that is not known
 *   n   the recipe; a digest stands for an edit's pictures, which the client has to send again
 *   c.. steps that each of the c samples has shown, a number of one to five bytes each
 *   16  the first half of HMAC-SHA256 over everything before
 *
 * No state is in it: the steps that were shown are computed again, without their previews, and give the same bytes.
 */
/** Issues and opens resume tokens, which let any server with the same keys and model go on with a request. */
final class ResumeTokens {
    private static final int VERSION = 4;
    private static final int SHORTENED = 5;
    private static final int HEAD = 1 + Integer.BYTES + 3 * Long.BYTES;
    private static final int SIGNATURE = 16;
    private static final long UNKNOWN = 0;

    private final ResumeKeys keys;
    private final Duration lifetime;
    private final InstantSource clock;

    /** No token is longer that is given out, and none longer is looked at. */
    private final long maxChars;

    /** @param limits how much a request that tokens are given out for may ask for */
    ResumeTokens(ResumeSettings settings, GenerationLimits limits, InstantSource clock) {
        keys = settings.keys();
        lifetime = settings.lifetime();
        this.clock = clock;
        long maxBytes = HEAD + RecipeCodec.maxBytes(limits) + (long) RecipeCodec.MAX_COUNT_BYTES * limits.maxCount();
        maxChars = ((maxBytes + SIGNATURE) * 4 + 2) / 3;
    }

    /** What a genuine token says. */
    record Opened(Recipe recipe, boolean shortened, List<Integer> shown, long fingerprint, long weights) {
        /**
         * Holds a model to the one that the token was made with.
         *
         * @throws ForeignTokenException if it has other weights
         */
        void requireWeights(ModelSource source) {
            if (weights != ResumeTokens.weights(source)) {
                throw new ForeignTokenException(
                        "made with weights " + named(weights) + " of " + source.id(),
                        "weights " + named(ResumeTokens.weights(source)) + ", as " + source.id() + " has here");
            }
        }

        /**
         * Steps that each sample has shown.
         *
         * @throws ForeignTokenException if the model plans this recipe otherwise than the token's maker did
         */
        List<Integer> progress(Issuer issuer) {
            if (issuer.fingerprint != fingerprint) {
                throw new ForeignTokenException(
                        "made by another model of the same name and version", "one made by this server's model");
            }
            List<Integer> progress = new ArrayList<>();
            for (int i = 0; i < shown.size(); i++) {
                progress.add(Math.min(shown.get(i), issuer.lengths.get(i)));
            }
            return progress;
        }
    }

    /** Makes the tokens of one request; any thread. */
    final class Issuer {
        private final boolean resumable;
        private final boolean shortened;
        private final byte[] recipe;
        private final long fingerprint;
        private final long weights;
        private final List<Integer> lengths;

        private Issuer(Recipe recipe, List<Path> paths, ModelSource source, boolean shortened) {
            resumable = !recipe.request().encodes();
            this.shortened = shortened;
            this.recipe = bytes(out -> RecipeCodec.write(recipe, out));
            weights = ResumeTokens.weights(source);
            fingerprint = ResumeTokens.fingerprint(paths);
            lengths = paths.stream().map(Path::length).toList();
        }

        /** Whether the other one's request was made with the same weights. */
        boolean sameWeights(Issuer other) {
            return weights == other.weights;
        }

        /**
         * A token; empty for an encoding, which nothing takes up again.
         *
         * @param shown steps of each sample that the client has been shown; those beyond its way stand for all
         */
        String issue(List<Integer> shown) {
            if (!resumable) {
                return "";
            }
            ResumeKeys.Key key = keys.signing();
            byte[] counts = counts(shown);
            int body = HEAD + recipe.length + counts.length;
            ByteBuffer token = ByteBuffer.allocate(body + SIGNATURE);
            token.put((byte) (shortened ? SHORTENED : VERSION)).putInt(key.id());
            token.putLong(clock.instant().plus(lifetime).getEpochSecond());
            token.putLong(fingerprint).putLong(weights);
            token.put(recipe).put(counts);
            token.put(key.sign(token.array(), body), 0, SIGNATURE);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
        }

        private byte[] counts(List<Integer> shown) {
            return bytes(out -> {
                for (int i = 0; i < shown.size(); i++) {
                    RecipeCodec.writeCount(Math.min(shown.get(i), lengths.get(i)), out);
                }
            });
        }
    }

    /**
     * @param source the model that walks the paths
     * @param shortened whether the recipe has fewer steps than were asked for
     */
    Issuer issuer(Recipe recipe, List<Path> paths, ModelSource source, boolean shortened) {
        return new Issuer(recipe, paths, source, shortened);
    }

    /**
     * Reads a token that these keys have signed.
     *
     * @param edit what the client says that it is an edit of, with its pictures
     * @throws InvalidFieldException saying what is wrong with it
     * @throws ForeignTokenException if it was given out for another edit
     */
    Opened open(String text, Optional<EditRequest> edit) {
        byte[] token = decode(text);
        int body = token.length - SIGNATURE;
        if (body < HEAD || (token[0] != VERSION && token[0] != SHORTENED)) {
            throw refused(shortened(text), "a token that a server gave out");
        }
        ByteBuffer fields = ByteBuffer.wrap(token, 1, body - 1);
        int keyId = fields.getInt();
        Optional<ResumeKeys.Key> key =
                keys.all().stream().filter(k -> k.id() == keyId).findFirst();
        if (key.isEmpty()
                || !MessageDigest.isEqual(
                        Arrays.copyOf(key.get().sign(token, body), SIGNATURE),
                        Arrays.copyOfRange(token, body, token.length))) {
            throw refused(shortened(text), "one signed with a key of this server");
        }
        Instant expired = Instant.ofEpochSecond(fields.getLong());
        if (expired.isBefore(clock.instant())) {
            throw refused("expired " + expired, "one younger than " + lifetime.toSeconds() + " s");
        }
        long fingerprint = fields.getLong();
        long weights = fields.getLong();
        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(token, fields.position(), fields.remaining()))) {
            Recipe recipe = RecipeCodec.read(in, edit);
            List<Integer> shown = new ArrayList<>();
            for (int i = 0; i < recipe.count(); i++) {
                shown.add(RecipeCodec.readCount(in));
            }
            return new Opened(recipe, token[0] == SHORTENED, shown, fingerprint, weights);
        } catch (IOException e) {
            throw new IllegalStateException("a signed token cannot be read", e);
        }
    }

    private byte[] decode(String text) {
        if (text.length() <= maxChars) {
            try {
                return Base64.getUrlDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                // Answered like one that is too long.
            }
        }
        throw refused(shortened(text), "a token that a server gave out");
    }

    /** Writes bytes that nothing can go wrong with. */
    private interface Writing {
        void to(DataOutput out) throws IOException;
    }

    private static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static long fingerprint(List<Path> paths) {
        int legs = paths.stream().mapToInt(Path::length).sum();
        ByteBuffer bytes =
                ByteBuffer.allocate(legs * (7 * Long.BYTES + Integer.BYTES) + paths.size() * 2 * Integer.BYTES);
        for (Path path : paths) {
            bytes.putInt(path.sample()).putInt(path.label());
            for (Path.Leg leg : path.legs()) {
                bytes.putDouble(leg.step().t()).putDouble(leg.step().s());
                bytes.putDouble(leg.step().from()).putInt(leg.step().kind().ordinal());
                bytes.putDouble(leg.step().nextT()).putDouble(leg.step().noiseStd());
                bytes.putLong(leg.seed()).putDouble(leg.raise());
            }
        }
        return ByteBuffer.wrap(ResumeKeys.sha256(bytes.array())).getLong();
    }

    private static long weights(ModelSource source) {
        String checksum = source.weightsSha256();
        return checksum.isEmpty() ? UNKNOWN : HexFormat.fromHexDigitsToLong(checksum, 0, 16);
    }

    private static String named(long weights) {
        return weights == UNKNOWN ? "without a checksum" : HexFormat.of().toHexDigits(weights);
    }

    private static String shortened(String text) {
        return text.length() <= 12 ? text : text.substring(0, 12) + "...";
    }

    private static InvalidFieldException refused(String what, String expected) {
        return new InvalidFieldException(ResumeRequest.FIELD, what, expected);
    }
}
