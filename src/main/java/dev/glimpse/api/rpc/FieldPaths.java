package dev.glimpse.api.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where in a request message a field lies. The core knows one name for a field, whatever message brought it; a client
 * wants the path that leads to it in the message it sent.
 */
final class FieldPaths {
    /** Of the oneofs that the core knows by name: the field that stands alone in messages where there is no choice. */
    private static final Map<String, String> ALONE = Map.of("knots", "knot_times");

    private FieldPaths() {}

    /**
     * The path of a field in a message.
     *
     * @param name as the core names it: a field of the message or of one inside it, or a oneof, which stands for the
     *     field of it that is set, if one is; further names, behind dots, lie within
     * @return names from the outermost to the innermost field, with dots; the name itself if it is nowhere
     */
    static String of(Message message, String name) {
        return find(message, List.of(name.split("\\.", -1))).orElse(name);
    }

    private static Optional<String> find(Message message, List<String> names) {
        Optional<FieldDescriptor> own = own(message, names.get(0));
        if (own.isEmpty()) {
            return message.getDescriptorForType().getFields().stream()
                    .filter(field -> field.getRealContainingOneof() == null || message.hasField(field))
                    .flatMap(field -> within(message, field, names).stream())
                    .findFirst();
        }
        String name = own.get().getName();
        return names.size() == 1
                ? choice(message, own.get()).map(path -> name + "." + path).or(() -> Optional.of(name))
                : within(message, own.get(), names.subList(1, names.size())).or(() -> Optional.of(name));
    }

    private static Optional<FieldDescriptor> own(Message message, String name) {
        FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
        return Optional.ofNullable(field)
                .or(() -> message.getDescriptorForType().getRealOneofs().stream()
                        .filter(oneof -> oneof.getName().equals(name))
                        .flatMap(oneof -> set(message, oneof).stream())
                        .findFirst())
                .or(() -> alone(message, name));
    }

    /**
     * The oneof of the same name in a message that is set: the core means what is chosen there, not what it lies in.
     */
    private static Optional<String> choice(Message message, FieldDescriptor field) {
        if (!isOneMessage(field) || !message.hasField(field)) {
            return Optional.empty();
        }
        Message inner = (Message) message.getField(field);
        return inner.getDescriptorForType().getRealOneofs().stream()
                .filter(oneof -> oneof.getName().equals(field.getName()))
                .map(oneof -> set(inner, oneof).map(FieldDescriptor::getName).orElse(oneof.getName()))
                .findFirst();
    }

    private static Optional<FieldDescriptor> alone(Message message, String name) {
        return Optional.ofNullable(ALONE.get(name))
                .map(field -> message.getDescriptorForType().findFieldByName(field))
                .filter(field -> field.getContainingOneof() == null);
    }

    private static Optional<FieldDescriptor> set(Message message, OneofDescriptor oneof) {
        return Optional.ofNullable(message.getOneofFieldDescriptor(oneof));
    }

    private static Optional<String> within(Message message, FieldDescriptor field, List<String> names) {
        return isOneMessage(field)
                ? find((Message) message.getField(field), names).map(path -> field.getName() + "." + path)
                : Optional.empty();
    }

    private static boolean isOneMessage(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated();
    }
}
