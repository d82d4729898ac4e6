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
 * Recipes as bytes, those that hold pictures with a digest in their place. Whoever changes what a recipe holds changes
 * this, and the version of the resume tokens.
 */
final class RecipeCodec {
    /** Most bytes of a count. */
    static final int MAX_COUNT_BYTES = 5;

    /** A name is one of a directory, at most 255 bytes of UTF-8, half as much again in Java's own, after its length. */
    private static final int MAX_NAME_BYTES = 2 + 383;

    private static final int ABSENT = -1;
    private static final int NO_EDIT = 0;
    private static final int INTERPOLATE = 1;
    private static final int PICTURES = 2;

    private RecipeCodec() {}

    /** Bytes of the longest recipe of a request within limits. */
    static long maxBytes(GenerationLimits limits) {
        // A sampler of two jumps takes four knots, every other one at most one more than it takes steps.
        long knots = 1 + Integer.BYTES + MAX_COUNT_BYTES + (long) Double.BYTES * Math.max(4, limits.maxSteps() + 1);
        long plan = 3 + 5L * Double.BYTES + knots;
        long refinement = 3L * MAX_COUNT_BYTES + Double.BYTES + plan;
        long request = 2L * MAX_NAME_BYTES + Long.BYTES + 2L * Integer.BYTES + plan + 4;
        return request + 1 + EditDigest.SIZE + MAX_COUNT_BYTES + Recipe.MAX_DEPTH * refinement;
    }

    /** Writes a number of at least 0, seven bits a byte, the lowest first. */
    static void writeCount(int count, DataOutput out) throws IOException {
        int rest = count;
        while (rest > 0x7F) {
            out.writeByte(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    static int readCount(DataInput in) throws IOException {
        int count = 0;
        int shift = 0;
        int next;
        do {
            next = in.readUnsignedByte();
            count |= (next & 0x7F) << shift;
            shift += 7;
        } while (next > 0x7F);
        return count;
    }

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
        write(request.edit(), out);
        writeCount(recipe.refinements().size(), out);
        for (Refinement refinement : recipe.refinements()) {
            writeCount(refinement.sample(), out);
            writeCount(refinement.fromStep(), out);
            out.writeDouble(refinement.time().orElse(Double.NaN));
            writeCount(refinement.branches(), out);
            write(refinement.plan(), out);
        }
    }

    private static void write(Optional<EditRequest> edit, DataOutput out) throws IOException {
        if (edit.isEmpty()) {
            out.writeByte(NO_EDIT);
        } else if (edit.get() instanceof EditRequest.Interpolate interpolate) {
            out.writeByte(INTERPOLATE);
            out.writeLong(interpolate.toSeed());
        } else {
            out.writeByte(PICTURES);
            out.write(EditDigest.of(edit.get()).bytes());
        }
    }

    /**
     * Reads a recipe.
     *
     * @param presented the edit that the client says it is of; may be absent for one without pictures
     * @throws InvalidFieldException if it should be there, or should not
     * @throws ForeignTokenException if it is another one
     */
    static Recipe read(DataInput in, Optional<EditRequest> presented) throws IOException {
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
                edit(in, presented));
        List<Refinement> refinements = new ArrayList<>();
        for (int left = readCount(in); left > 0; left--) {
            refinements.add(new Refinement(readCount(in), readCount(in), real(in), readCount(in), plan(in)));
        }
        return new Recipe(request, refinements);
    }

    private static Optional<EditRequest> edit(DataInput in, Optional<EditRequest> presented) throws IOException {
        int kind = in.readByte();
        if (kind == NO_EDIT) {
            if (presented.isPresent()) {
                throw new InvalidFieldException("edit", "present", "absent, as the token is of a request without one");
            }
            return Optional.empty();
        }
        if (kind == INTERPOLATE) {
            EditRequest begun = new EditRequest.Interpolate(in.readLong());
            require(EditDigest.of(begun), presented.orElse(begun));
            return Optional.of(begun);
        }
        byte[] digest = new byte[EditDigest.SIZE];
        in.readFully(digest);
        EditRequest again = presented.orElseThrow(() -> new InvalidFieldException(
                "edit", "absent", "the edit that the token was given out for, with the same pictures"));
        require(new EditDigest(digest), again);
        return Optional.of(again);
    }

    private static void require(EditDigest begun, EditRequest presented) {
        EditDigest digest = EditDigest.of(presented);
        if (!digest.equals(begun)) {
            throw new ForeignTokenException(
                    "with edit " + digest, "edit " + begun + ", with the same pictures byte for byte");
        }
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
            writeCount(times.size(), out);
            for (double time : times.times()) {
                out.writeDouble(time);
            }
        } else if (knots instanceof Knots.OnGrid places) {
            out.writeByte(2);
            out.writeInt(places.grid());
            writeCount(places.size(), out);
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
            for (int left = readCount(in); left > 0; left--) {
                times.add(in.readDouble());
            }
            return new Knots.Times(times);
        }
        int grid = in.readInt();
        List<Integer> indices = new ArrayList<>();
        for (int left = readCount(in); left > 0; left--) {
            indices.add(in.readInt());
        }
        return new Knots.OnGrid(grid, indices);
    }

    private static OptionalDouble real(DataInput in) throws IOException {
        double value = in.readDouble();
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
