package dev.glimpse.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/* A pickle is a program. The library runs it without Python, but its own list of classes is open (anyone may register
 * more, unknown ones become placeholders), it reserves what a length prefix claims before reading it, and it hashes
 * any key. So every operation passes through dispatch, which lets through what torch.save writes for tensors and
 * plain values, and takes over those whose work or memory the file could inflate. */
/**
 * A reader of pickles that builds tensors, dicts, lists, tuples, numbers and texts and refuses everything else.
 *
 * <p>Dicts become {@link Map}s, lists {@link List}s, tuples arrays, tensors {@link TorchTensor}s. The result may hold
 * itself, as a pickle's may. One instance reads one pickle.
 */
final class TensorPickle extends Unpickler {
    private static final String PLAIN =
            " (expected: only tensors, dicts, lists, numbers and texts, as in a state dict)";
    private static final Map<String, IObjectConstructor> CLASSES = Map.ofEntries(
            Map.entry("collections.OrderedDict", TensorPickle::dict),
            Map.entry("torch._utils._rebuild_tensor", TensorPickle::tensor),
            Map.entry("torch._utils._rebuild_tensor_v2", TensorPickle::tensor),
            Map.entry("torch._utils._rebuild_parameter", arguments -> (TorchTensor) arguments[0]),
            Map.entry("torch.DoubleStorage", new StorageClass(ElementType.F64)),
            Map.entry("torch.FloatStorage", new StorageClass(ElementType.F32)),
            Map.entry("torch.HalfStorage", new StorageClass(ElementType.F16)),
            Map.entry("torch.BFloat16Storage", new StorageClass(ElementType.BF16)),
            Map.entry("torch.LongStorage", new StorageClass(ElementType.I64)),
            Map.entry("torch.IntStorage", new StorageClass(ElementType.I32)),
            Map.entry("torch.ShortStorage", new StorageClass(ElementType.I16)),
            Map.entry("torch.CharStorage", new StorageClass(ElementType.I8)),
            Map.entry("torch.ByteStorage", new StorageClass(ElementType.U8)),
            Map.entry("torch.BoolStorage", new StorageClass(ElementType.BOOL)));

    /** Longest key of a dict: names of a network's tensors take tens of characters. */
    private static final int MAX_KEY = 1000;

    private TensorPickle() {}

    /**
     * Reads a pickle.
     *
     * @throws IllegalArgumentException if it is broken, or builds anything else; the message tells what
     */
    static Object read(byte[] pickle) {
        try {
            return new TensorPickle().loads(pickle);
        } catch (IOException e) {
            throw new IllegalArgumentException("pickle: ends early (expected: a complete one)", e);
        } catch (PickleException | IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            boolean ours = message.contains("(expected: ");
            throw new IllegalArgumentException(
                    ours ? message : "pickle: " + message + " (expected: a well-formed one)", e);
        } catch (RuntimeException e) {
            // What a malformed program leads to: an empty stack, a value of another kind than an operation needs.
            throw new IllegalArgumentException(
                    "pickle: " + e.getClass().getSimpleName() + " (expected: a well-formed one)", e);
        }
    }

    @Override
    protected Object dispatch(short operation) throws IOException {
        switch (operation) {
            case Opcodes.GLOBAL -> stack.add(known(PickleUtils.readline(input), PickleUtils.readline(input)));
            case Opcodes.STACK_GLOBAL -> {
                String name = (String) stack.pop();
                stack.add(known((String) stack.pop(), name));
            }
            case Opcodes.INST -> known(PickleUtils.readline(input), PickleUtils.readline(input) + "()");
            case Opcodes.BUILD -> build();
            case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
            case Opcodes.SETITEM -> {
                Object value = stack.pop();
                Object key = stack.pop();
                put(stack.peek(), key, value);
            }
            case Opcodes.SETITEMS -> setItems();
            case Opcodes.APPENDS -> {
                List<Object> items = stack.pop_all_since_marker();
                list(stack.peek()).addAll(items);
            }
            case Opcodes.BINUNICODE, Opcodes.BINSTRING -> {
                requireText();
                return super.dispatch(operation);
            }
            default -> {
                if (!isPlain(operation)) {
                    throw new PickleException(String.format("pickle operation 0x%02x", operation) + PLAIN);
                }
                return super.dispatch(operation);
            }
        }
        return NO_RETURN_VALUE;
    }

    /** Whether an operation makes a plain value, moves one about or calls one of the known classes. */
    private static boolean isPlain(short operation) {
        return switch (operation) {
            case Opcodes.PROTO, Opcodes.FRAME, Opcodes.STOP, Opcodes.MARK -> true;
            case Opcodes.NONE, Opcodes.NEWTRUE, Opcodes.NEWFALSE -> true;
            case Opcodes.BININT, Opcodes.BININT1, Opcodes.BININT2, Opcodes.LONG1, Opcodes.BINFLOAT -> true;
            case Opcodes.SHORT_BINUNICODE, Opcodes.SHORT_BINSTRING -> true;
            case Opcodes.EMPTY_TUPLE, Opcodes.TUPLE, Opcodes.TUPLE1, Opcodes.TUPLE2, Opcodes.TUPLE3 -> true;
            case Opcodes.EMPTY_LIST, Opcodes.APPEND -> true;
            case Opcodes.BINPUT, Opcodes.LONG_BINPUT, Opcodes.MEMOIZE -> true;
            case Opcodes.BINGET, Opcodes.LONG_BINGET -> true;
            case Opcodes.REDUCE, Opcodes.BINPERSID -> true;
            default -> false;
        };
    }

    private static IObjectConstructor known(String module, String name) {
        IObjectConstructor known = CLASSES.get(module + "." + name);
        if (known == null) {
            throw new PickleException("class " + module + "." + name + PLAIN);
        }
        return known;
    }

    /** The text whose length comes next must be there before memory is set aside for it. */
    private void requireText() throws IOException {
        input.mark(Integer.BYTES);
        int length = PickleUtils.bytes_to_integer(PickleUtils.readbytes(input, Integer.BYTES));
        if (length < 0 || length > input.available()) {
            throw new PickleException(
                    "pickle: text of " + length + " bytes (expected: 0.." + input.available() + ", what is left)");
        }
        input.reset();
    }

    /** Attributes of an OrderedDict, where modules note their versions, are dropped; nothing else has any. */
    private void build() {
        stack.pop();
        if (!(stack.peek() instanceof Map)) {
            throw new PickleException("pickle: a value with attributes" + PLAIN);
        }
    }

    private void setItems() {
        List<Object> items = stack.pop_all_since_marker();
        for (int i = 0; i < items.size(); i += 2) {
            put(stack.peek(), items.get(i), items.get(i + 1));
        }
    }

    /** Puts an entry; keys that hold others are refused, as hashing one that holds itself would never end. */
    @SuppressWarnings("unchecked")
    private static void put(Object dict, Object key, Object value) {
        if (!(key instanceof String || key instanceof Number || key instanceof Boolean)) {
            throw new PickleException("pickle: a dict with keys other than texts and numbers" + PLAIN);
        }
        if (key instanceof String text && text.length() > MAX_KEY) {
            throw new PickleException(
                    "pickle: a key of " + text.length() + " characters (expected: at most " + MAX_KEY + ")");
        }
        ((Map<Object, Object>) dict).put(key, value);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    @Override
    protected Object persistentLoad(Object id) {
        Object[] fields = (Object[]) id;
        if (fields.length != 5 || !"storage".equals(fields[0])) {
            throw new PickleException("pickle: an outside object other than a storage" + PLAIN);
        }
        StorageClass type = (StorageClass) fields[1];
        return new TorchStorage(type.type(), (String) fields[2], whole(fields[4]));
    }

    /* Entries given in the call would be copied at each call, and one list can be given to any number of calls. Python 3,
     * which every zip archive of torch.save comes from, fills dicts afterwards. */
    private static Object dict(Object[] arguments) {
        if (arguments.length > 0) {
            throw new PickleException("pickle: an OrderedDict made of other values" + PLAIN);
        }
        return new LinkedHashMap<>();
    }

    private static Object tensor(Object[] arguments) {
        return new TorchTensor(
                (TorchStorage) arguments[0], whole(arguments[1]), wholes(arguments[2]), wholes(arguments[3]));
    }

    private static List<Long> wholes(Object tuple) {
        List<Long> values = new ArrayList<>();
        Stream.of((Object[]) tuple).forEach(value -> values.add(whole(value)));
        return values;
    }

    private static long whole(Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw new PickleException("pickle: a size of " + value.getClass().getSimpleName()
                + " (expected: a whole number of at most 64 bits)");
    }

    /** The name of a kind of storage: a token, never called. */
    private record StorageClass(ElementType type) implements IObjectConstructor {
        @Override
        public Object construct(Object[] arguments) {
            throw new PickleException("pickle: a storage made by call" + PLAIN);
        }
    }
}
