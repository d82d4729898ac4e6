package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Recipes as bytes. Whoever changes what a recipe holds changes this, and the version of the resume tokens. */
final class RecipeCodec {
    private static final int ABSENT = -1;

    private RecipeCodec() {}

    static void write(Recipe recipe, DataOutput out) throws IOException {
        GenerationRequest request = recipe.request();
        out.writeUTF(request.model());
        out.writeUTF(request.version());
        out.writeLong(request.seed().orElseThrow());
        out.writeInt(request.count());
        out.writeInt(
                request.label().map(label -> ((ClassLabel.Index) label).value()).orElse(ABSENT));
        write(request.sampler(), request.steps(), request.gamma(), out);
        out.writeByte(request.preview().ordinal());
        out.writeByte(request.format().ordinal());
        out.writeByte(request.quality().ordinal());
        out.writeBoolean(request.deterministic());
        out.writeByte(recipe.refinements().size());
        for (Refinement refinement : recipe.refinements()) {
            out.writeShort(refinement.sample());
            out.writeShort(refinement.fromStep());
            out.writeDouble(refinement.time().orElse(Double.NaN));
            out.writeShort(refinement.branches());
            write(refinement.sampler(), refinement.steps(), refinement.gamma(), out);
        }
    }

    static Recipe read(DataInput in) throws IOException {
        String model = in.readUTF();
        String version = in.readUTF();
        OptionalLong seed = OptionalLong.of(in.readLong());
        int count = in.readInt();
        int label = in.readInt();
        Optional<Sampler> sampler = sampler(in);
        int steps = in.readInt();
        OptionalDouble gamma = real(in);
        GenerationRequest request = new GenerationRequest(
                model,
                version,
                seed,
                count,
                label == ABSENT ? Optional.empty() : Optional.of(new ClassLabel.Index(label)),
                sampler,
                steps,
                gamma,
                PreviewKind.values()[in.readByte()],
                ImageFormat.values()[in.readByte()],
                Optional.empty(),
                Quality.values()[in.readByte()],
                in.readBoolean());
        List<Refinement> refinements = new ArrayList<>();
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            refinements.add(new Refinement(
                    in.readUnsignedShort(),
                    in.readUnsignedShort(),
                    real(in),
                    in.readUnsignedShort(),
                    sampler(in),
                    in.readInt(),
                    real(in)));
        }
        return new Recipe(request, refinements);
    }

    private static void write(Optional<Sampler> sampler, int steps, OptionalDouble gamma, DataOutput out)
            throws IOException {
        out.writeByte(sampler.map(Enum::ordinal).orElse(ABSENT));
        out.writeInt(steps);
        out.writeDouble(gamma.orElse(Double.NaN));
    }

    private static Optional<Sampler> sampler(DataInput in) throws IOException {
        int ordinal = in.readByte();
        return ordinal == ABSENT ? Optional.empty() : Optional.of(Sampler.values()[ordinal]);
    }

    private static OptionalDouble real(DataInput in) throws IOException {
        double value = in.readDouble();
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
