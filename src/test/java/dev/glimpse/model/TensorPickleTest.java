package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.testing.PickleWriter;
import dev.glimpse.testing.TorchSave.Window;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorPickleTest {
    @Test
    void plainValuesAreBuilt() {
        PickleWriter pickle = new PickleWriter().op('}').put().op('(');
        pickle.text("text")
                .text("naïve")
                .text("whole")
                .whole(70_000)
                .text("large")
                .whole(1L << 40);
        pickle.text("none")
                .op('N')
                .text("yes")
                .op(0x88)
                .text("pair")
                .whole(1)
                .whole(300)
                .op(0x86);
        pickle.text("list").op(']', '(').whole(-1).text("x").op('e', 'u');
        Map<?, ?> built = (Map<?, ?>) TensorPickle.read(pickle.end());
        assertThat(built.get("text")).isEqualTo("naïve");
        assertThat(built.get("whole")).isEqualTo(70_000);
        assertThat(built.get("large")).isEqualTo(1L << 40);
        assertThat(built.get("none")).isNull();
        assertThat(built.get("yes")).isEqualTo(true);
        assertThat((Object[]) built.get("pair")).containsExactly(1, 300);
        assertThat(built.get("list")).isEqualTo(List.of(-1, "x"));
    }

    @ParameterizedTest
    @CsvSource({
        "posix,system",
        "os,system",
        "builtins,eval",
        "builtins,getattr",
        "builtins,set",
        "builtins,bytearray",
        "operator,attrgetter",
        "datetime,datetime",
        "decimal,Decimal",
        "_codecs,encode",
        "copy_reg,_reconstructor",
        "torch,load",
        "torch._utils,_rebuild_sparse_tensor",
        "torch.ComplexFloatStorage,x",
        "collections,OrderedDict.fromkeys",
        "numpy.core.multiarray,_reconstruct"
    })
    void anyOtherClassIsRefusedByItsNameBeforeItIsCalled(String module, String name) {
        PickleWriter byGlobal = new PickleWriter().global(module, name);
        PickleWriter byStack = new PickleWriter().text(module).text(name).op(0x93);
        PickleWriter byInstance = new PickleWriter().op('(');
        for (byte b : ("i" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII)) {
            byInstance.op(b);
        }
        for (PickleWriter pickle : List.of(byGlobal, byStack, byInstance)) {
            pickle.text("echo").op(0x85, 'R');
            refused(pickle.end(), "class " + module + "." + name);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x81, 0x92, 'o', 0x82, 0x97, 0x96, 'B', 0x8F, 'P', 'S', 'V', 'L', 'I', 'F', 0x8B, '1', 'd'})
    void operationsThatNoStateDictNeedsAreRefusedByTheirCode(int operation) {
        refused(
                new PickleWriter().op(operation).op('x', '\n').end(),
                String.format("pickle operation 0x%02x (expected: only tensors, dicts", operation));
    }

    @Test
    void attributesOfAnythingButADictAreRefused() {
        refused(new PickleWriter().op(']', '}', 'b').end(), "a value with attributes");
        PickleWriter tensor = new PickleWriter().tensor(Window.whole("0", List.of(2L)));
        refused(tensor.op('}', 'b').end(), "a value with attributes");
    }

    @Test
    void textLongerThanThePickleIsRefusedBeforeMemoryIsSetAside() {
        refused(new PickleWriter().op('X', 0xFF, 0xFF, 0xFF, 0x7F).end(), "text of 2147483647 bytes (expected: 0..1");
        refused(new PickleWriter().op('X', 0, 0, 0, 0x80).end(), "text of -2147483648 bytes");
    }

    @Test
    void keysThatHoldThemselvesAreRefused() {
        PickleWriter pickle =
                new PickleWriter().op('}', ']').put().op('h', 0, 'a').whole(1).op('s');
        refused(pickle.end(), "a dict with keys other than texts and numbers");
    }

    /** Each call would copy the list, which the file holds once. */
    @Test
    void dictsMadeOfOtherValuesAreRefused() {
        PickleWriter pickle = new PickleWriter().op(']').put().op('(');
        for (int i = 0; i < 1000; i++) {
            pickle.whole(i).whole(i).op(0x86);
        }
        pickle.op('e').global("collections", "OrderedDict").op('h', 0, 0x85, 'R');
        refused(pickle.end(), "an OrderedDict made of other values (expected: only tensors");
    }

    @Test
    void tensorsMadeOfAnythingButStoragesAreRefused() {
        PickleWriter pickle = new PickleWriter().global("torch._utils", "_rebuild_tensor_v2");
        pickle.op('(')
                .text("storage")
                .whole(0)
                .wholes(List.of(2L))
                .wholes(List.of(1L))
                .op('t', 'R');
        refused(pickle.end(), "pickle: ClassCastException (expected: a well-formed one)");
        refused(
                new PickleWriter()
                        .global("torch", "FloatStorage")
                        .whole(9)
                        .op(0x85, 'R')
                        .end(),
                "a storage made by call");
    }

    @Test
    void cyclesAndDeepNestingAreBuiltWithoutRecursion() {
        PickleWriter cycle = new PickleWriter().op(']').put().op('h', 0, 'a');
        List<?> list = (List<?>) TensorPickle.read(cycle.end());
        assertThat(list.get(0)).isSameAs(list);
        PickleWriter deep = new PickleWriter();
        for (int i = 0; i < 1_000_000; i++) {
            deep.op(']');
        }
        for (int i = 1; i < 1_000_000; i++) {
            deep.op('a');
        }
        assertThat((List<?>) TensorPickle.read(deep.end())).hasSize(1);
    }

    @Test
    void truncatedPickleIsRefusedWhereverItEnds() {
        byte[] whole = stateDict();
        for (int length = 0; length < whole.length; length++) {
            refused(Arrays.copyOf(whole, length), "expected:");
        }
    }

    @Test
    void randomDamageIsAnErrorOrAnotherValueButNeverAnAccident() {
        SplittableRandom random = new SplittableRandom(11);
        byte[] whole = stateDict();
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = whole.clone();
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                TensorPickle.read(damaged);
            } catch (IllegalArgumentException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1, 20_000);
    }

    private static byte[] stateDict() {
        PickleWriter pickle = new PickleWriter().emptyOrderedDict().op('(');
        for (String name : List.of("a.weight", "a.bias", "b.weight")) {
            pickle.text(name).put().tensor(Window.whole(Integer.toString(name.length()), List.of(2L, 3L, 4L, 5L)));
        }
        return pickle.op('u').end();
    }

    private static void refused(byte[] pickle, String message) {
        assertThatThrownBy(() -> TensorPickle.read(pickle))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("expected:");
    }
}
