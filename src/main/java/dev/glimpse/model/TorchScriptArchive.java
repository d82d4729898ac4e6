package dev.glimpse.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive as torch.jit.save would write it: a module's code and, where it has any, its tensors.
 *
 * <p>The archive is a zip of stored members: the source text, a pickle of the module object (its tensors and the
 * training flag), the tensors' bytes, an empty tuple of constants and the format's version.
 */
public final class TorchScriptArchive {
    private static final String ROOT = "glimpse/";

    private TorchScriptArchive() {}

    /**
     * Packs a module without tensors.
     *
     * @param methods source text of its methods, each indented by two spaces and ended by a line break
     * @return the archive's bytes, to be loaded by the engine
     */
    public static byte[] of(String methods) {
        return of(methods, Map.of(), Map.of());
    }

    /**
     * Packs a module that brings its tensors along.
     *
     * @param methods source text of its methods, each indented by two spaces and ended by a line break
     * @param tensors by the name of the attribute that holds them; of type F32, F16 or I64
     * @param extra text files that readers of the archive find below {@code extra/}, by name
     */
    static byte[] of(String methods, Map<String, HostTensor> tensors, Map<String, String> extra) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "data.pkl", new ModulePickle().of(tensors));
            store(zip, "code/__torch__.py", code(methods, tensors).getBytes(StandardCharsets.UTF_8));
            store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            List<HostTensor> stored = new ArrayList<>(tensors.values());
            for (int i = 0; i < stored.size(); i++) {
                ByteBuffer data = stored.get(i).data().duplicate();
                byte[] content = new byte[data.remaining()];
                data.get(content);
                store(zip, "data/" + i, content);
            }
            for (Map.Entry<String, String> file : extra.entrySet()) {
                store(zip, "extra/" + file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
            }
            store(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
            store(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    private static String code(String methods, Map<String, HostTensor> tensors) {
        String names =
                tensors.keySet().stream().map(name -> '"' + name + "\", ").collect(Collectors.joining());
        String types = tensors.keySet().stream()
                .map(name -> "  " + name + " : Tensor\n")
                .collect(Collectors.joining());
        return "class M(Module):\n  __parameters__ = []\n  __buffers__ = [" + names + "]\n" + types
                + "  training : bool\n" + methods;
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(ROOT + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        // A fixed time, so that the same module is the same file.
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
