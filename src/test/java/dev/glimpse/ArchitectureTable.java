package dev.glimpse;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows of the form {@code name {package package ...}}, one a line; {@code *} stands for every package, and
 * {@code name.*} for each package one level below the name.
 */
final class ArchitectureTable {
    private static final String ROOT = "dev.glimpse";
    private static final String EVERY = "*";
    private final Map<String, List<String>> rows = new LinkedHashMap<>();

    ArchitectureTable(String text) {
        for (String line : text.lines().toList()) {
            int open = line.indexOf('{');
            String inside = line.substring(open + 1, line.indexOf('}')).strip();
            List<String> allowed = inside.isEmpty() ? List.of() : Arrays.asList(inside.split(" +", 0));
            rows.put(line.substring(0, open).strip(), allowed);
        }
    }

    /** What a class belongs to: the first name below the root, two for the doors; empty outside Glimpse. */
    static Optional<String> packageOf(JavaClass type) {
        String name = type.getPackageName();
        if (!within(name, ROOT)) {
            return Optional.empty();
        }
        String[] parts =
                name.substring(Math.min(name.length(), ROOT.length() + 1)).split("\\.", -1);
        boolean door = parts[0].equals("api") && parts.length > 1;
        return Optional.of(door ? parts[0] + "." + parts[1] : parts[0]);
    }

    /** Condition of a class: its package has a row. */
    ArchCondition<JavaClass> haveARow() {
        return new ArchCondition<>("lie in a package that has a row") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String from = packageOf(type).orElseThrow();
                events.add(new SimpleConditionEvent(
                        type, row(from).isPresent(), type.getName() + " lies in " + from + ", which has no row"));
            }
        };
    }

    /** Condition of a class, where rows are packages: it uses nothing but the packages of its row, or its own. */
    ArchCondition<JavaClass> dependOnTheirRowAlone() {
        return new ArchCondition<>("depend on the packages of their row alone") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String from = packageOf(type).orElseThrow();
                List<String> allowed = row(from).orElse(List.of());
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    Optional<String> to = packageOf(target(dependency));
                    boolean fine = to.isEmpty() || to.get().equals(from) || covers(allowed, to.get());
                    events.add(new SimpleConditionEvent(type, fine, dependency.getDescription()));
                }
            }
        };
    }

    /**
     * Condition of a class, where rows are libraries: a library that has a row is used by that row's packages alone.
     */
    ArchCondition<JavaClass> useLibrariesWhereTheirRowSaysSo() {
        return new ArchCondition<>("use libraries where their row says so") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String from = packageOf(type).orElseThrow();
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    boolean fine = mayUse(from, target(dependency).getPackageName());
                    events.add(new SimpleConditionEvent(type, fine, dependency.getDescription()));
                }
            }
        };
    }

    private boolean mayUse(String from, String library) {
        return rows.entrySet().stream()
                .filter(row -> within(library, row.getKey()))
                .allMatch(row -> covers(row.getValue(), from));
    }

    private Optional<List<String>> row(String name) {
        List<String> row = rows.get(name);
        int dot = name.lastIndexOf('.');
        return Optional.ofNullable(row != null || dot < 0 ? row : rows.get(name.substring(0, dot) + "." + EVERY));
    }

    private static boolean covers(List<String> allowed, String name) {
        return allowed.contains(EVERY)
                || allowed.stream()
                        .anyMatch(entry -> entry.endsWith("." + EVERY)
                                ? name.startsWith(entry.substring(0, entry.length() - 1))
                                : entry.equals(name));
    }

    private static JavaClass target(Dependency dependency) {
        return dependency.getTargetClass().getBaseComponentType();
    }

    private static boolean within(String name, String parent) {
        return name.equals(parent) || name.startsWith(parent + ".");
    }
}
