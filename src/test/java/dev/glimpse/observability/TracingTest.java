package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.ReadableSpan;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TracingTest {
    /** As many as the limits of a server allow: of 64 pictures, say, 16 steps each. */
    @Test
    void everyStepOfALongRequestIsAnEvent() {
        URI nobody = URI.create("http://127.0.0.1:9/v1/traces");
        Tracing tracing = new Tracing(new ObservabilitySettings.Traces(Optional.of(nobody), 1), "test");
        try {
            Span span = tracing.tracer().spanBuilder("generate").startSpan();
            for (int step = 0; step < 1024; step++) {
                span.addEvent("step");
            }
            assertThat(((ReadableSpan) span).toSpanData().getEvents()).hasSize(1024);
        } finally {
            tracing.close();
        }
    }
}
