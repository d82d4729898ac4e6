package dev.glimpse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.access.ApiKey;
import dev.glimpse.access.Caller;
import dev.glimpse.access.Quota;
import dev.glimpse.scheduler.Rank;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysFileTest {
    private static final String HASH = ApiKey.hash("a secret");

    @TempDir
    Path directory;

    @Test
    void anEntryIsReadWithAllItsFields() throws Exception {
        Path file = write("- name: lab\n  sha256: " + HASH + "\n  tenant: physics\n  rank: background\n  weight: 2.5\n"
                + "  trajectories: 8\n  nfe-per-minute: 600\n  bytes-per-minute: 70000\n");
        Caller caller = new Caller("physics", Rank.BACKGROUND, 2.5, new Quota(8, 600, 70_000));
        assertThat(KeysFile.read(file)).containsExactly(new ApiKey("lab", HASH, caller));
    }

    @Test
    void anEntryNeedsNoMoreThanANameAndAHash() throws Exception {
        Caller caller = new Caller("lab", Rank.STANDARD, 1, Quota.UNLIMITED);
        assertThat(KeysFile.read(write("- {name: lab, sha256: " + HASH + "}")))
                .containsExactly(new ApiKey("lab", HASH, caller));
    }

    @Test
    void anEmptyFileHoldsNoKeys() throws Exception {
        assertThat(KeysFile.read(write("# none yet\n"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sha256: HASH | name: absent (expected: a name)",
                "name: a, sha256: glimpse_x | sha256: 9 characters (expected: 64 hexadecimal digits, the hash of a key and not the key)",
                "name: a, sha256: HASH, rank: first | rank: first (expected: one of interactive, standard, background)",
                "name: a, sha256: HASH, weight: 0 | weight: 0 (expected: a number, 0.001..1000000)",
                "name: a, sha256: HASH, weight: 1e-4 | weight: 1e-4 (expected: a number, 0.001..1000000)",
                "name: a, sha256: HASH, trajectories: many | trajectories: many (expected: a whole number, at least 1)",
                "name: a, sha256: HASH, nfe-per-minute: 0 | nfe-per-minute: 0 (expected: a whole number, at least 1)",
                "name: a, sha256: HASH, colour: red | colour: unknown field",
                "name: first, sha256: HASH | name: first (expected: a name that no other entry has)",
                "name: a, tenant: first, weight: 2, sha256: HASH"
                        + " | tenant: first (expected: the same weight and quotas in each entry of one tenant)"
            })
    void aWrongFieldIsNamedWithItsEntryAndItsFile(String fields, String message) throws Exception {
        Path file = write("- {name: first, sha256: " + HASH + "}\n- {" + fields.replace("HASH", HASH) + "}\n");
        assertThatThrownBy(() -> KeysFile.read(file))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(message)
                .hasMessageEndingWith(" in " + file + ", entry 2, line 2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneSecretUnderTwoNamesIsRefused(boolean upperCase) throws Exception {
        String again = upperCase ? HASH.toUpperCase(Locale.ROOT) : HASH;
        Path file = write("- {name: alice, sha256: " + HASH + "}\n- {name: bob, sha256: " + again + "}\n");
        assertThatThrownBy(() -> KeysFile.read(file))
                .isInstanceOf(SettingsException.class)
                .hasMessage("sha256: that of alice (expected: the hash of a key that no other entry has) in " + file
                        + ", entry 2, line 2");
    }

    @Test
    void keysOfOneTenantAgreeOnItsQuota() throws Exception {
        Path file = write("- {name: a, tenant: t, sha256: " + HASH
                + "}\n- {name: b, tenant: t, trajectories: 1, sha256: " + HASH + "}\n");
        assertThatThrownBy(() -> KeysFile.read(file)).hasMessageContaining("the same weight and quotas");
    }

    @Test
    void aLineThatIsNoYamlIsToldByItsPlaceAndNotQuoted() throws Exception {
        Path file = write("- name: lab\n  sha256: \"glimpse_secret\" x\n");
        assertThatThrownBy(() -> KeysFile.read(file))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(file + ", line 2, column 28: ")
                .hasMessageEndingWith(" (expected: YAML)")
                .hasMessageNotContaining("glimpse_secret");
    }

    @Test
    void aMissingFileIsNamedWithItsSetting() {
        Path none = directory.resolve("none.yaml");
        assertThatThrownBy(() -> KeysFile.read(none)).hasMessageStartingWith("access.keys-file: " + none);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("keys.yaml"), text);
    }
}
