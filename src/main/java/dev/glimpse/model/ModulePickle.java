package dev.glimpse.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The pickle, protocol 2, of a TorchScript module: an instance of __torch__.M whose state holds its tensors and
 * {"training": False}. A tensor is a call of torch._utils._rebuild_tensor_v2 on a storage that lies beside the pickle.
 */
final class ModulePickle {
    private static final char FALSE = 0x89;
    private static final char NEW_OBJECT = 0x81;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] of(Map<String, HostTensor> tensors) {
        put((char) 0x80, (char) 2);
        global("__torch__", "M");
        put(')', NEW_OBJECT, '}', '(');
        int storage = 0;
        for (Map.Entry<String, HostTensor> tensor : tensors.entrySet()) {
            text(tensor.getKey());
            tensor(tensor.getValue(), storage++);
        }
        text("training");
        put(FALSE, 'u', 'b', '.');
        return out.toByteArray();
    }

    private void tensor(HostTensor tensor, int storage) {
        global("torch._utils", "_rebuild_tensor_v2");
        put('(', '(');
        text("storage");
        global("torch", storageType(tensor.type()));
        text(Integer.toString(storage));
        text("cpu");
        number(tensor.size());
        put('t', 'Q');
        number(0);
        numbers(tensor.shape());
        numbers(strides(tensor.shape()));
        put(FALSE);
        global("collections", "OrderedDict");
        put(')', 'R', 't', 'R');
    }

    private static String storageType(ElementType type) {
        return switch (type) {
            case F32 -> "FloatStorage";
            case F16 -> "HalfStorage";
            case I64 -> "LongStorage";
            default -> throw new IllegalArgumentException("type: " + type + " (expected: F32, F16 or I64)");
        };
    }

    private static List<Long> strides(List<Long> shape) {
        Long[] strides = new Long[shape.size()];
        long stride = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.get(axis);
        }
        return List.of(strides);
    }

    private void put(char... codes) {
        for (char code : codes) {
            out.write(code);
        }
    }

    private void global(String module, String name) {
        out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        put('X');
        int32(bytes.length);
        out.writeBytes(bytes);
    }

    private void numbers(List<Long> values) {
        put('(');
        values.forEach(this::number);
        put('t');
    }

    private void number(long value) {
        put('J');
        int32(Math.toIntExact(value));
    }

    private void int32(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(value >>> shift);
        }
    }
}
