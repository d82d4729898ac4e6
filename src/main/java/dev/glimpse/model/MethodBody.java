package dev.glimpse.model;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The statements of a TorchScript method as they are written, and which of its variables are in bfloat16.
 *
 * <p>Data types appear as PyTorch's numbers: 6 is float32, 15 bfloat16.
 */
final class MethodBody {
    private static final int FLOAT32 = 6;
    private static final int BFLOAT16 = 15;

    private final StringBuilder statements = new StringBuilder();
    private final Set<String> halves = new HashSet<>();
    private int variables;

    /** The whole method, which returns {@code result} after everything written so far. */
    String method(String name, String arguments, String result) {
        return "  def " + name + "(self, " + arguments + ") -> Tensor:\n" + statements + "    return " + result + "\n";
    }

    /** A new variable with the value of an expression in float32. */
    String assign(String format, Object... values) {
        String variable = "v" + variables++;
        statements
                .append("    ")
                .append(variable)
                .append(" = ")
                .append(String.format(Locale.ROOT, format, values))
                .append('\n');
        return variable;
    }

    /** A new variable with the value of an expression in bfloat16. */
    String assignHalf(String format, Object... values) {
        String variable = assign(format, values);
        halves.add(variable);
        return variable;
    }

    /** A new variable with the value of an expression that has the precision of x. */
    String assignLike(String x, String format, Object... values) {
        return isHalf(x) ? assignHalf(format, values) : assign(format, values);
    }

    /** Whether a variable is in bfloat16. */
    boolean isHalf(String x) {
        return halves.contains(x);
    }

    /** A variable's value in float32. */
    String single(String x) {
        return isHalf(x) ? "torch.to(" + x + ", " + FLOAT32 + ")" : x;
    }

    /** A variable's or weight's value in bfloat16. */
    String half(String x) {
        return isHalf(x) ? x : "torch.to(" + x + ", " + BFLOAT16 + ")";
    }

    /** The value, in float32, of a weight or an embedding, in the precision of x. */
    String fit(String x, String value) {
        return isHalf(x) ? half(value) : value;
    }

    /** The number of a type: bfloat16 where x is on a GPU, else float32. */
    String halfOnGpu(String x) {
        return assign("%d if ops.prim.is_cuda(%s) else %d", BFLOAT16, x, FLOAT32);
    }
}
