package dev.glimpse.api;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.Function;

/** An object that answers some methods, and others with itself, with no or with nothing. */
public final class Stub {
    private Stub() {}

    /** @param answers by a method's name */
    public static <T> T of(Class<T> type, Map<String, Function<Object[], Object>> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (answers.containsKey(method.getName())) {
                        return answers.get(method.getName()).apply(arguments);
                    }
                    if (method.getReturnType() == type) {
                        return self;
                    }
                    return method.getReturnType() == boolean.class ? false : null;
                }));
    }
}
