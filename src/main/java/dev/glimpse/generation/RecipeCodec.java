package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Recipes without pictures, as bytes. Whoever changes what a recipe holds changes this, and the version of the resume
 * tokens.
 */
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
        write(request.plan(), out);
        out.writeByte(request.preview().ordinal());
        out.writeByte(request.format().ordinal());
        out.writeByte(request.quality().ordinal());
        out.writeBoolean(request.deterministic());
        out.writeBoolean(request.edit().isPresent());
        if (request.edit().isPresent()) {
            out.writeLong(((EditRequest.Interpolate) request.edit().get()).toSeed());
        }
        out.writeByte(recipe.refinements().size());
        for (Refinement refinement : recipe.refinements()) {
            out.writeShort(refinement.sample());
            out.writeShort(refinement.fromStep());
            out.writeDouble(refinement.time().orElse(Double.NaN));
            out.writeShort(refinement.branches());
            write(refinement.plan(), out);
        }
    }

    static Recipe read(DataInput in) throws IOException {
        String model = in.readUTF();
        String version = in.readUTF();
        OptionalLong seed = OptionalLong.of(in.readLong());
        int count = in.readInt();
        int label = in.readInt();
        PlanRequest plan = plan(in);
        GenerationRequest request = new GenerationRequest(
                model,
                version,
                seed,
                count,
                label == ABSENT ? Optional.empty() : Optional.of(new ClassLabel.Index(label)),
                plan,
                PreviewKind.values()[in.readByte()],
                ImageFormat.values()[in.readByte()],
                Optional.empty(),
                Quality.values()[in.readByte()],
                in.readBoolean(),
                in.readBoolean() ? Optional.of(new EditRequest.Interpolate(in.readLong())) : Optional.empty());
        List<Refinement> refinements = new ArrayList<>();
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            refinements.add(new Refinement(
                    in.readUnsignedShort(), in.readUnsignedShort(), real(in), in.readUnsignedShort(), plan(in)));
        }
        return new Recipe(request, refinements);
    }

    private static void write(PlanRequest plan, DataOutput out) throws IOException {
        out.writeByte(plan.sampler().map(Enum::ordinal).orElse(ABSENT));
        out.writeDouble(plan.gamma().orElse(Double.NaN));
        out.writeByte(plan.form().ordinal());
        out.writeBoolean(plan.churn().equals(Churn.NONE));
        if (!plan.churn().equals(Churn.NONE)) {
            out.writeDouble(plan.churn().amount());
            out.writeDouble(plan.churn().minTime());
            out.writeDouble(plan.churn().maxTime());
            out.writeDouble(plan.churn().noise());
        }
        write(plan.knots(), out);
    }

    private static void write(Knots knots, DataOutput out) throws IOException {
        if (knots instanceof Knots.Karras karras) {
            out.writeByte(0);
            out.writeInt(karras.steps());
        } else if (knots instanceof Knots.Times times) {
            out.writeByte(1);
            out.writeShort(times.size());
            for (double time : times.times()) {
                out.writeDouble(time);
            }
        } else if (knots instanceof Knots.OnGrid places) {
            out.writeByte(2);
            out.writeInt(places.grid());
            out.writeShort(places.size());
            for (int index : places.indices()) {
                out.writeInt(index);
            }
        }
    }

    private static PlanRequest plan(DataInput in) throws IOException {
        int ordinal = in.readByte();
        Optional<Sampler> sampler = ordinal == ABSENT ? Optional.empty() : Optional.of(Sampler.values()[ordinal]);
        OptionalDouble gamma = real(in);
        GammaForm form = GammaForm.values()[in.readByte()];
        Churn churn = in.readBoolean()
                ? Churn.NONE
                : new Churn(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble());
        return new PlanRequest(sampler, gamma, form, churn, knots(in));
    }

    private static Knots knots(DataInput in) throws IOException {
        int kind = in.readByte();
        if (kind == 0) {
            return new Knots.Karras(in.readInt());
        }
        if (kind == 1) {
            List<Double> times = new ArrayList<>();
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                times.add(in.readDouble());
            }
            return new Knots.Times(times);
        }
        int grid = in.readInt();
        List<Integer> indices = new ArrayList<>();
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            indices.add(in.readInt());
        }
        return new Knots.OnGrid(grid, indices);
    }

    private static OptionalDouble real(DataInput in) throws IOException {
        double value = in.readDouble();
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
