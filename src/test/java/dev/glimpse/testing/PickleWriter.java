package dev.glimpse.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A writer of pickles of protocol 2, operation by operation, with the memo that Python's own writer keeps. */
public final class PickleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<String, Integer> memo = new HashMap<>();
    private int memoized;

    /** Starts a pickle with the mark of its protocol. */
    public PickleWriter() {
        op(0x80, 2);
    }

    /** Operations without arguments, or bytes of any kind. */
    public PickleWriter op(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    /** A text that is written out each time. */
    public PickleWriter text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        op('X').little(Integer.BYTES, bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    /** A text that is written out once and then taken from the memo, as one Python object is. */
    public PickleWriter sameText(String text) {
        return once("text " + text, () -> text(text));
    }

    /** A class or function by its name. */
    public PickleWriter global(String module, String name) {
        return once("global " + module + "." + name, () -> line("c", module, name));
    }

    private PickleWriter line(String operation, String... lines) {
        out.writeBytes((operation + String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private PickleWriter once(String what, Runnable write) {
        Integer index = memo.get(what);
        if (index == null) {
            write.run();
            memo.put(what, memoized);
            return put();
        }
        return index < 256 ? op('h', index) : op('j').little(Integer.BYTES, index);
    }

    /** Keeps the value on top of the stack in the memo. */
    public PickleWriter put() {
        int index = memoized++;
        return index < 256 ? op('q', index) : op('r').little(Integer.BYTES, index);
    }

    /** A whole number in its shortest form. */
    public PickleWriter whole(long value) {
        if (value >= 0 && value < 256) {
            return op('K', (int) value);
        }
        if (value >= 0 && value < 65536) {
            return op('M').little(Short.BYTES, value);
        }
        if (value == (int) value) {
            return op('J').little(Integer.BYTES, value);
        }
        return op(0x8A, Long.BYTES).little(Long.BYTES, value);
    }

    /** A tuple of whole numbers. */
    public PickleWriter wholes(List<Long> values) {
        if (values.isEmpty()) {
            return op(')');
        }
        if (values.size() > 3) {
            op('(');
        }
        values.forEach(this::whole);
        return op(values.size() > 3 ? 't' : 0x84 + values.size()).put();
    }

    private PickleWriter little(int size, long value) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        out.write(bytes, 0, size);
        return this;
    }

    /** A tensor as torch.save writes it. */
    public PickleWriter tensor(TorchSave.Window window) {
        global("torch._utils", "_rebuild_tensor_v2").op('(', '(');
        sameText("storage").global("torch", window.type());
        text(window.storage()).put();
        sameText("cpu").whole(window.storageSize()).op('t').put().op('Q');
        whole(window.offset()).wholes(window.shape()).wholes(window.strides()).op(0x89);
        return emptyOrderedDict().op('t').put().op('R').put();
    }

    public PickleWriter emptyOrderedDict() {
        return global("collections", "OrderedDict").op(')', 'R').put();
    }

    /** The finished pickle. */
    public byte[] end() {
        op('.');
        return out.toByteArray();
    }
}
