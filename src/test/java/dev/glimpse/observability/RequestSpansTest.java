package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationListener.Forward;
import dev.glimpse.generation.GenerationListener.Part;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Quality;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlans;
import dev.glimpse.scheduler.Release;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The spans of a forward, whenever the doors learn whose steps it ran. */
class RequestSpansTest {
    private final List<SpanData> ended = new ArrayList<>();
    private final SdkTracerProvider tracing = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(new Collecting()))
            .build();
    private final RequestSpans spans = new RequestSpans(tracing.get("test"), true);

    @AfterEach
    void close() {
        tracing.close();
    }

    @Test
    void aForwardThatEndsBeforeItsRequestIsKnownHasItsSpanAsWell() {
        Span request = spans.begin("generate", "grpc");

        spans.forward(forward("r-1"));
        assertThat(ended).isEmpty();
        spans.accepted(request, accepted("r-1"));
        spans.forward(forward("r-1"));

        assertThat(ended)
                .hasSize(2)
                .allSatisfy(span -> assertThat(linked(span))
                        .containsExactly(request.getSpanContext().getSpanId()));
    }

    @Test
    void aForwardHasOneSpanThoughOneOfItsRequestsIsKnownLater() {
        Span known = spans.begin("generate", "grpc");
        Span late = spans.begin("generate", "grpc");
        spans.accepted(known, accepted("r-1"));

        spans.forward(forward("r-1", "r-2"));
        spans.accepted(late, accepted("r-2"));

        assertThat(ended)
                .singleElement()
                .satisfies(span -> assertThat(linked(span))
                        .containsExactly(known.getSpanContext().getSpanId()));
    }

    @Test
    void stepsOfRequestsThatNeverComeAreKeptForSoManyRequestsOnly() {
        for (int request = 0; request <= 1024; request++) {
            spans.forward(forward("r-" + request));
        }

        spans.accepted(spans.begin("generate", "grpc"), accepted("r-0"));
        assertThat(ended).isEmpty();
        spans.accepted(spans.begin("generate", "grpc"), accepted("r-1"));
        spans.accepted(spans.begin("generate", "grpc"), accepted("r-1024"));
        assertThat(ended).hasSize(2);
    }

    private static List<String> linked(SpanData span) {
        return span.getLinks().stream()
                .map(LinkData::getSpanContext)
                .map(SpanContext::getSpanId)
                .toList();
    }

    private static Forward forward(String... requestIds) {
        return new Forward(
                "garments/1",
                0,
                Release.EVERYTHING,
                2_000_000,
                List.of(requestIds).stream()
                        .map(id -> new Part(List.of(id), 0, 0, 1, true))
                        .toList());
    }

    private static GenerationEvent.Accepted accepted(String requestId) {
        return new GenerationEvent.Accepted(
                requestId,
                new ServedModel("garments", "1", List.of(), 1, 1, 1, 0.002, 80, "cpu"),
                1,
                1,
                List.of(),
                StepPlans.plan(Sampler.EXACT, 0, 3, 0.002, 80, 7),
                PreviewKind.EXACT,
                new GenerationEvent.Terms(ImageFormat.RAW_F32, 0, Quality.FIXED, false, true, false, "t"));
    }

    private final class Collecting implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            ended.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
