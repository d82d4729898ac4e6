package dev.glimpse.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.scheduler.Policy;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsKeysTest {
    /** The files of TLS, which come together. */
    private static final Map<String, String> TLS = Map.of(
            "GLIMPSE_TLS_CERTIFICATE", "certificate.pem",
            "GLIMPSE_TLS_PRIVATE_KEY", "key.pem",
            "GLIMPSE_TLS_CLIENT_CA", "ca.pem");

    private static final Map<String, Object> VALUES = values(load(TLS));

    /** Values that no rule makes of the default. */
    private static final Map<String, String> OTHERS = Map.ofEntries(
            Map.entry("access.anonymous", "never"),
            Map.entry("access.origins", "*"),
            Map.entry("devices.kind", "cpu"),
            Map.entry("log.level", "debug"),
            Map.entry("log.format", "json"),
            Map.entry("scheduler.batching", "request"),
            Map.entry("scheduler.min-rows", "2"),
            Map.entry("scheduler.max-rows", "16"),
            // One more would be the admin's.
            Map.entry("server.port", "8090"),
            Map.entry("traces.endpoint", "http://localhost:4318/v1/traces"));

    @Test
    void keysOfTheDefaultsFileAreTheComponentsOfTheRecords() throws IOException {
        assertThat(keys()).containsExactlyElementsOf(VALUES.keySet());
    }

    @Test
    void everyKeyIsExplainedByAComment() throws IOException {
        String text = defaultsText();
        String[] lines = text.lines().toArray(String[]::new);
        List<String> silent = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            boolean key = lines[i].matches("  [a-z-]+: .*");
            boolean explained = lines[i - 1].matches("  (#.*|min-rows: .*|guard-target: .*)");
            if (key && !explained) {
                silent.add(lines[i]);
            }
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void environmentVariablesOfAllKeysDiffer() throws IOException {
        assertThat(keys().stream().map(SettingsLoader::variable)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aKeySetsTheComponentOfItsNameAndNoOther(String key) {
        assertThat(differing(VALUES, values(loadWithAnother(key)))).containsExactly(key);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void theCoreIsToldABoundUnderTheNameOfItsKey(String key) {
        boolean bound = key.startsWith("limits.") || key.startsWith("scoring.");
        assertThat(differing(bounds(load(TLS)), bounds(loadWithAnother(key))))
                .isEqualTo(bound ? List.of(key) : List.of());
    }

    private static Settings loadWithAnother(String key) {
        Map<String, String> environment = new HashMap<>(TLS);
        environment.put(SettingsLoader.variable(key), another(key));
        return load(environment);
    }

    /** A value that the key may have beside the one it has. */
    private static String another(String key) {
        Object usual = VALUES.get(key);
        if (OTHERS.containsKey(key)) {
            return OTHERS.get(key);
        } else if (usual instanceof Integer number) {
            return String.valueOf(number + 1);
        } else if (usual instanceof Double share) {
            return String.valueOf(share / 2);
        } else if (usual instanceof Duration time) {
            return time.toMillis() + 1 + "ms";
        } else if (usual instanceof Boolean flag) {
            return String.valueOf(!flag);
        }
        return "other";
    }

    private static Settings load(Map<String, String> environment) {
        return SettingsLoader.load(Optional.empty(), environment, List.of());
    }

    /** All keys, in the order of the defaults file. */
    private static List<String> keys() throws IOException {
        return List.copyOf(
                YamlLayer.parse(defaultsText(), "glimpse-defaults.yaml").keySet());
    }

    /** What the components of all sections hold, by the keys that their names stand for. */
    private static Map<String, Object> values(Settings settings) {
        Map<String, Object> values = new LinkedHashMap<>();
        components("", settings).forEach((section, value) -> {
            if (value instanceof Record components) {
                values.putAll(components(section + ".", components));
            } else {
                for (Policy policy : Policy.values()) {
                    values.put(
                            section + "." + kebab(policy.name()),
                            settings.policies().contains(policy));
                }
            }
        });
        return values;
    }

    /** The same of what the core is handed. */
    private static Map<String, Object> bounds(Settings settings) {
        Map<String, Object> bounds = components("limits.", settings.limits().toGenerationLimits());
        bounds.putAll(components("scoring.", settings.scoring().toScoringSettings()));
        return bounds;
    }

    private static Map<String, Object> components(String prefix, Record record) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                values.put(
                        prefix + kebab(component.getName()),
                        component.getAccessor().invoke(record));
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
        return values;
    }

    private static List<String> differing(Map<String, Object> before, Map<String, Object> after) {
        return before.keySet().stream()
                .filter(key -> !before.get(key).equals(after.get(key)))
                .toList();
    }

    private static String kebab(String name) {
        boolean constant = name.equals(name.toUpperCase(Locale.ROOT));
        return (constant ? name.replace('_', '-') : name.replaceAll("([A-Z])", "-$1")).toLowerCase(Locale.ROOT);
    }

    private static String defaultsText() throws IOException {
        try (var in = Settings.class.getResourceAsStream("/glimpse-defaults.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
