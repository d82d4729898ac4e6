package dev.glimpse.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.glimpse.model.SongUNetConfig.Variant;
import java.util.List;
import java.util.Locale;

/** The object {@code network} of config.json and of recipes: the architecture by name and the sizes that it takes. */
public final class NetworkFields {
    private static final String SONG_UNET = "song_unet";
    private static final String ADM_UNET = "adm_unet";

    private NetworkFields() {}

    /**
     * Reads the object; size of pictures and number of classes stand in the rest of the file.
     *
     * @throws IllegalArgumentException if it makes no network; the message names the field
     */
    public static NetworkConfig read(JsonFields fields, ModelSpec spec) {
        String architecture = fields.text("architecture");
        NetworkConfig network = switch (architecture) {
            case SONG_UNET ->
                new SongUNetConfig(
                        spec.height(),
                        spec.channels(),
                        fields.integer("patch"),
                        spec.labels().size(),
                        fields.integer("model_channels"),
                        fields.integers("channel_mult"),
                        fields.integer("blocks"),
                        fields.integers("attention"),
                        fields.has("variant") ? fields.choice("variant", Variant.class) : Variant.DDPMPP,
                        spec.jumps(),
                        fields.has("augment_labels") ? fields.integer("augment_labels") : 0);
            case ADM_UNET ->
                new AdmUNetConfig(
                        spec.height(),
                        spec.channels(),
                        spec.labels().size(),
                        fields.integer("model_channels"),
                        fields.integers("channel_mult"),
                        fields.integer("blocks"),
                        fields.integers("attention"),
                        fields.integer("head_channels"),
                        spec.jumps());
            default ->
                throw new IllegalArgumentException(
                        "architecture: " + architecture + " (expected: " + SONG_UNET + " or " + ADM_UNET + ")");
        };
        fields.end();
        // Sizes may be good one by one and yet make no network.
        network.parameters();
        return network;
    }

    static JsonObject write(NetworkConfig network) {
        JsonObject fields = new JsonObject();
        if (network instanceof SongUNetConfig song) {
            fields.addProperty("architecture", SONG_UNET);
            if (song.variant() != Variant.DDPMPP) {
                fields.addProperty("variant", song.variant().name().toLowerCase(Locale.ROOT));
            }
            fields.addProperty("patch", song.patch());
            sizes(fields, song.modelChannels(), song.channelMult(), song.blocks(), song.attention());
            if (song.augmentLabels() > 0) {
                fields.addProperty("augment_labels", song.augmentLabels());
            }
        } else if (network instanceof AdmUNetConfig adm) {
            fields.addProperty("architecture", ADM_UNET);
            sizes(fields, adm.modelChannels(), adm.channelMult(), adm.blocks(), adm.attention());
            fields.addProperty("head_channels", adm.headChannels());
        }
        return fields;
    }

    private static void sizes(
            JsonObject fields, int modelChannels, List<Integer> channelMult, int blocks, List<Integer> attention) {
        fields.addProperty("model_channels", modelChannels);
        fields.add("channel_mult", array(channelMult));
        fields.addProperty("blocks", blocks);
        fields.add("attention", array(attention));
    }

    private static JsonArray array(List<Integer> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }
}
