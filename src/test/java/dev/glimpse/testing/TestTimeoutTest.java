package dev.glimpse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestTimeoutTest {
    private Optional<String> timeout = Optional.empty();

    @RegisterExtension
    private final BeforeEachCallback settings =
            context -> timeout = context.getConfigurationParameter("junit.jupiter.execution.timeout.default");

    /** Many wait for what another thread does, without a bound of their own. */
    @Test
    void noTestWaitsForEver() {
        assertThat(timeout).isNotEmpty();
    }
}
