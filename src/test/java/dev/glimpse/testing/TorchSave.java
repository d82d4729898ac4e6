package dev.glimpse.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A writer of the zip archives of PyTorch's torch.save, byte for byte: stored members aligned to 64 bytes, sizes behind
 * the data, and a zip64 end.
 *
 * <p>It shares no code with the reader under {@code main}, and lies where a test wants it to.
 */
public final class TorchSave {
    private static final int ALIGNMENT = 64;
    private static final int LOCAL_HEADER = 30;

    private final String root;
    private final Map<String, byte[]> members = new LinkedHashMap<>();
    private int method;

    /** An archive whose members lie below the directory {@code root}. */
    public TorchSave(String root) {
        this.root = root;
    }

    /** A window into a storage, as the pickle tells it. */
    public record Window(
            String type, String storage, long storageSize, long offset, List<Long> shape, List<Long> strides) {
        /** All of a storage of float32 values, row-major. */
        public static Window whole(String storage, List<Long> shape) {
            List<Long> strides = new ArrayList<>();
            long stride = 1;
            for (int i = shape.size() - 1; i >= 0; i--) {
                strides.add(0, stride);
                stride *= shape.get(i);
            }
            return new Window("FloatStorage", storage, stride, 0, shape, strides);
        }
    }

    /** The file that {@code torch.save(module.state_dict(), "ROOT.pt")} makes of float32 tensors in whole storages. */
    public static byte[] stateDict(String root, Map<String, Window> windows, Map<String, byte[]> storages) {
        PickleWriter pickle = new PickleWriter();
        pickle.emptyOrderedDict().op('(');
        windows.forEach((name, window) -> pickle.text(name).put().tensor(window));
        pickle.op('u', '}').put().text("_metadata").put().emptyOrderedDict();
        pickle.text("").put().op('}').put().text("version").put().whole(1).op('s', 's', 's', 'b');
        TorchSave archive = new TorchSave(root).member("data.pkl", pickle.end());
        storages.forEach((key, content) -> archive.member("data/" + key, content));
        return archive.member("version", "3\n".getBytes(StandardCharsets.US_ASCII))
                .end();
    }

    /** Adds a member, or puts another content in its place. */
    public TorchSave member(String name, byte[] content) {
        members.put(name, content);
        return this;
    }

    /** Claims another method of compression than the one used. */
    public TorchSave claiming(int otherMethod) {
        method = otherMethod;
        return this;
    }

    /** The finished archive. */
    public byte[] end() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        members.forEach((name, content) -> append(file, directory, root + "/" + name, content));
        int start = file.size();
        file.writeBytes(directory.toByteArray());
        int zip64 = file.size();
        ByteBuffer end = little(98);
        end.putInt(0x06064B50).putLong(44).putShort((short) 0x031E).putShort((short) 45);
        end.putInt(0).putInt(0).putLong(members.size()).putLong(members.size());
        end.putLong(directory.size()).putLong(start);
        end.putInt(0x07064B50).putInt(0).putLong(zip64).putInt(1);
        end.putInt(0x06054B50).putShort((short) 0).putShort((short) 0);
        end.putShort((short) members.size()).putShort((short) members.size());
        end.putInt(directory.size()).putInt(start).putShort((short) 0);
        append(file, end);
        return file.toByteArray();
    }

    private void append(ByteArrayOutputStream file, ByteArrayOutputStream directory, String name, byte[] content) {
        byte[] title = name.getBytes(StandardCharsets.UTF_8);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        int offset = file.size();
        int padding = Math.floorMod(-(offset + LOCAL_HEADER + title.length), ALIGNMENT);
        padding = padding < 4 ? padding + ALIGNMENT : padding;
        ByteBuffer local = little(LOCAL_HEADER + title.length + padding);
        local.putInt(0x04034B50).putShort((short) 0).putShort((short) 0x0808).putShort((short) method);
        local.putInt(0)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putShort((short) title.length)
                .putShort((short) padding);
        local.put(title).put((byte) 'F').put((byte) 'B').putShort((short) (padding - 4));
        while (local.hasRemaining()) {
            local.put((byte) 'Z');
        }
        ByteBuffer descriptor = little(16).putInt(0x08074B50).putInt((int) checksum.getValue());
        descriptor.putInt(content.length).putInt(content.length);
        append(file, local);
        file.writeBytes(content);
        append(file, descriptor);
        ByteBuffer central = little(46 + title.length);
        central.putInt(0x02014B50)
                .putInt(0)
                .putShort((short) 0x0808)
                .putShort((short) method)
                .putInt(0);
        central.putInt((int) checksum.getValue()).putInt(content.length).putInt(content.length);
        central.putShort((short) title.length)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0);
        central.putShort((short) 0).putInt(0).putInt(offset).put(title);
        append(directory, central);
    }

    private static void append(ByteArrayOutputStream out, ByteBuffer written) {
        byte[] bytes = new byte[written.flip().remaining()];
        written.get(bytes);
        out.writeBytes(bytes);
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
