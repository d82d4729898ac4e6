package dev.glimpse.k8s;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * A walk over typed manifests that fails where the reader met a field it does not know: such a field ends in the
 * {@code additionalProperties} of its object instead of being refused.
 */
final class UnknownFields {
    private final Map<Object, Boolean> seen = new IdentityHashMap<>();

    private UnknownFields() {}

    static void failOn(String file, Object manifest) {
        if (manifest instanceof GenericKubernetesResource generic) {
            throw new AssertionError(file + ": " + generic.getKind() + " (expected: a kind with known fields)");
        }
        new UnknownFields().walk(file, manifest);
    }

    private void walk(String path, Object value) {
        if (value instanceof Collection<?> items) {
            int index = 0;
            for (Object item : items) {
                walk(path + "[" + index++ + "]", item);
            }
        } else if (value instanceof Record own) {
            for (RecordComponent component : own.getClass().getRecordComponents()) {
                walk(path + "." + component.getName(), call(component.getAccessor(), own));
            }
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> walk(path + "." + key, item));
        } else if (value != null
                && value.getClass().getName().startsWith("io.fabric8.")
                && !value.getClass().isEnum()) {
            if (seen.put(value, true) == null) {
                walkFields(path, value);
            }
        }
    }

    private void walkFields(String path, Object value) {
        for (Method getter : value.getClass().getMethods()) {
            if (getter.getParameterCount() != 0 || !getter.getName().startsWith("get")) {
                continue;
            }
            Object child = call(getter, value);
            if (getter.getName().equals("getAdditionalProperties")) {
                if (!((Map<?, ?>) child).isEmpty()) {
                    throw new AssertionError(path + ": unknown fields " + ((Map<?, ?>) child).keySet());
                }
            } else {
                walk(path + "." + getter.getName().substring(3), child);
            }
        }
    }

    private static Object call(Method getter, Object value) {
        try {
            return getter.invoke(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new AssertionError(getter.toString(), e);
        }
    }
}
