package dev.glimpse.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint written by PyTorch's {@code torch.save} in its zip form.
 *
 * <p>The archive holds stored members below one directory: {@code data.pkl}, a pickle of dicts and of windows into
 * storages, and {@code data/KEY}, the bytes of each storage. Members are only ever read by such a name, into memory.
 */
final class TorchFile implements WeightFile {
    private static final String PICKLE = "data.pkl";
    private static final String COMPLETE = " (expected: a complete zip archive of torch.save)";

    /** Longest pickle that is read, in bytes: 40 times that of an official checkpoint. */
    private static final int MAX_PICKLE = 4 << 20;

    /** Tensors may share storages, but a file whose tensors claim much more than it holds is not what it seems. */
    private static final int MAX_SHARING = 2;

    private static final int MAX_STORAGE = Integer.MAX_VALUE - 8;

    private final Path file;
    private final ZipFile zip;
    private final String root;
    private final StateDict state;
    private @Nullable TorchStorage lastStorage;
    private ByteBuffer lastContent = ByteBuffer.allocate(0);

    private TorchFile(Path file, ZipFile zip, Optional<String> entry) throws IOException {
        this.file = file;
        this.zip = zip;
        this.root = root(zip);
        requireLittleEndian();
        Object value = TensorPickle.read(member(PICKLE, MAX_PICKLE));
        this.state = StateDict.choose(value, entry);
        requireModesty();
    }

    static TorchFile open(Path path, Optional<String> entry) {
        ZipFile zip = null;
        try {
            zip = new ZipFile(path.toFile(), StandardCharsets.UTF_8);
            TorchFile file = new TorchFile(path, zip, entry);
            zip = null;
            return file;
        } catch (ZipException e) {
            throw new ModelFormatException(path + ": " + shown(e.getMessage()) + COMPLETE);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(path + ": " + shown(e.getMessage()));
        } catch (IOException e) {
            throw new ModelFormatException(path + ": " + shown("cannot be read, " + e.getMessage()) + COMPLETE);
        } finally {
            close(zip);
        }
    }

    private static String shown(String text) {
        return WeightFile.shown(text);
    }

    /** The directory that holds everything. */
    private static String root(ZipFile zip) {
        List<String> names = zip.stream().map(ZipEntry::getName).toList();
        String first = names.isEmpty() ? "" : names.get(0);
        String root = first.substring(0, first.indexOf('/') + 1);
        for (String name : names) {
            if (root.isEmpty() || !name.startsWith(root) || ("/" + name + "/").matches("(?s).*(/\\.\\.?/|\\\\|//).*")) {
                throw new IllegalArgumentException(
                        "member " + name + " (expected: all members below one directory, as torch.save writes them)");
            }
        }
        if (zip.getEntry(root + "constants.pkl") != null) {
            throw new IllegalArgumentException("a TorchScript archive (expected: a state dict saved by torch.save)");
        }
        return root;
    }

    private void requireLittleEndian() throws IOException {
        if (zip.getEntry(root + "byteorder") != null) {
            String order = new String(member("byteorder", 16), StandardCharsets.US_ASCII);
            if (!order.equals("little")) {
                throw new IllegalArgumentException("byteorder: " + order + " (expected: little)");
            }
        }
    }

    private void requireModesty() throws IOException {
        long claimed = 0;
        for (TorchTensor tensor : state.tensors().values()) {
            claimed += (long) tensor.size() * tensor.storage().type().bytes();
        }
        long held = Files.size(file);
        if (claimed > MAX_SHARING * held) {
            throw new IllegalArgumentException("tensors of " + claimed + " bytes in a file of " + held
                    + " (expected: at most " + MAX_SHARING + " times the file)");
        }
    }

    /** The bytes of a member of at most that many. */
    private byte[] member(String name, long limit) throws IOException {
        ZipEntry entry = zip.getEntry(root + name);
        if (entry == null) {
            throw new IllegalArgumentException(name + ": missing (expected: as torch.save writes it)");
        }
        if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
            throw new IllegalArgumentException(name + ": compressed (expected: stored, as torch.save writes it)");
        }
        long most = Math.min(limit, Files.size(file));
        if (entry.getSize() > most) {
            throw new IllegalArgumentException(
                    name + ": " + entry.getSize() + " bytes (expected: at most " + most + ")");
        }
        byte[] content;
        try (InputStream in = zip.getInputStream(entry)) {
            content = in.readNBytes((int) entry.getSize());
        }
        CRC32 checksum = new CRC32();
        checksum.update(content);
        if (content.length != entry.getSize() || checksum.getValue() != entry.getCrc()) {
            throw new IllegalArgumentException(name + ": damaged (expected: the checksum that the archive tells)");
        }
        return content;
    }

    @Override
    public String format() {
        return "PyTorch";
    }

    @Override
    public String entry() {
        return state.path();
    }

    @Override
    public Map<String, List<Long>> shapes() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        state.tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    @Override
    public float[] read(String name) {
        TorchTensor tensor = state.tensors().get(name);
        try {
            if (!tensor.storage().equals(lastStorage)) {
                lastContent = content(tensor.storage());
                lastStorage = tensor.storage();
            }
            return tensor.floats(lastContent);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(file + ": " + shown(name + ": " + e.getMessage()));
        } catch (IOException e) {
            throw new ModelFormatException(
                    file + ": " + shown(name + ": cannot be read, " + e.getMessage()) + COMPLETE);
        }
    }

    private ByteBuffer content(TorchStorage storage) throws IOException {
        byte[] content = member("data/" + storage.key(), MAX_STORAGE);
        if (content.length != storage.bytes()) {
            throw new IllegalArgumentException("storage " + storage.key() + ": " + content.length + " bytes (expected: "
                    + storage.bytes() + ", as the pickle tells)");
        }
        return ByteBuffer.wrap(content);
    }

    @Override
    public void close() {
        close(zip);
    }

    private static void close(@Nullable ZipFile zip) {
        try {
            if (zip != null) {
                zip.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a file that was only read", e);
        }
    }
}
