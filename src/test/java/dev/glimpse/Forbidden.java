package dev.glimpse;

import static com.tngtech.archunit.base.DescribedPredicate.describe;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** What the architecture rules forbid in one place or another. */
final class Forbidden {
    private static final Set<String> RANDOM_CLASSES =
            Set.of("java.util.Random", "java.util.SplittableRandom", "java.util.concurrent.ThreadLocalRandom");
    private static final Set<String> RANDOM_CALLS =
            Set.of("java.lang.Math.random", "java.lang.StrictMath.random", "java.util.Collections.shuffle");
    private static final Set<String> TENSOR_MAKERS = Set.of("ai.djl.ndarray.NDManager", "ai.djl.ndarray.BaseNDManager");
    private static final Set<String> CLOCK_CALLS =
            Set.of("java.lang.System.nanoTime", "java.lang.System.currentTimeMillis", "java.util.Date.<init>");

    private Forbidden() {}

    /** Reads of any clock of the JDK. */
    static DescribedPredicate<JavaAccess<?>> clock() {
        return describe(
                "a clock is read",
                access -> CLOCK_CALLS.contains(name(access.getTarget()))
                        || owner(access.getTarget()).equals("java.time.Clock")
                        || (owner(access.getTarget()).startsWith("java.time.")
                                && access.getTarget().getName().equals("now")));
    }

    /** Generators of random numbers of the JDK. */
    static DescribedPredicate<JavaClass> randomClass() {
        return describe(
                "are sources of random numbers",
                type -> RANDOM_CLASSES.contains(type.getName())
                        || type.getPackageName().equals("java.util.random"));
    }

    /** Generators made, and numbers drawn without a generator in sight, from the JDK or the tensor library. */
    static DescribedPredicate<JavaAccess<?>> randomDraw() {
        return describe(
                "random numbers are drawn",
                access -> RANDOM_CALLS.contains(name(access.getTarget()))
                        || (RANDOM_CLASSES.contains(owner(access.getTarget()))
                                && access.getTarget().getName().matches("<init>|current"))
                        || (TENSOR_MAKERS.contains(owner(access.getTarget()))
                                && access.getTarget().getName().matches("random.*|truncatedNormal|sampleMultinomial")));
    }

    /** Numbers nobody can foresee: fresh seeds and identities. */
    static DescribedPredicate<JavaAccess<?>> unpredictableDraw() {
        return describe(
                "an unpredictable number is drawn",
                access -> owner(access.getTarget()).equals("java.security.SecureRandom")
                        || name(access.getTarget()).equals("java.util.UUID.randomUUID"));
    }

    /** Names of devices in the engine's terms. */
    static DescribedPredicate<JavaAccess<?>> device() {
        return describe(
                "a device is named",
                access -> owner(access.getTarget()).equals("ai.djl.Device")
                        && access.getTarget().getName().matches("cpu|gpu|of|fromName"));
    }

    /** Memory on whichever device the engine likes best. */
    static DescribedPredicate<JavaAccess<?>> anyDevice() {
        return describe(
                "the device is left to the engine",
                access -> owner(access.getTarget()).startsWith("ai.djl.")
                        && access.getTarget().getName().matches("newBaseManager|defaultDevice")
                        && access.getTarget() instanceof AccessTarget.CodeUnitAccessTarget call
                        && call.getRawParameterTypes().stream()
                                .noneMatch(type -> type.getName().equals("ai.djl.Device")));
    }

    /** Uses of the standard streams. */
    static DescribedPredicate<JavaAccess<?>> console() {
        return describe(
                "a standard stream is used",
                access -> owner(access.getTarget()).equals("java.lang.System")
                        && access.getTarget().getName().matches("in|out|err"));
    }

    /** Types whose instances are made to be changed. */
    static DescribedPredicate<JavaClass> mutableType() {
        return describe(
                "made to be changed",
                type -> type.getPackageName().startsWith("java.util.concurrent.")
                        || type.isAssignableTo(ThreadLocal.class)
                        || type.isAssignableTo(StringBuilder.class)
                        || (!type.isInterface()
                                && (type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class))));
    }

    private static String name(AccessTarget target) {
        return owner(target) + "." + target.getName();
    }

    private static String owner(AccessTarget target) {
        return target.getOwner().getName();
    }
}
