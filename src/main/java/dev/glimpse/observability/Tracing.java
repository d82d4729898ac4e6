package dev.glimpse.observability;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Where spans go: to a collector, in the background and in bounded memory, or nowhere. */
final class Tracing {
    private static final String NAME = "dev.glimpse";

    /** Events of a request, one for each step of each picture, and links of a forward to those that it served. */
    private static final int MOST_OF_A_SPAN = 1 << 16;

    private final Optional<SdkTracerProvider> sdk;

    /** @param version of this program, told to the collector */
    Tracing(ObservabilitySettings.Traces settings, String version) {
        sdk = settings.endpoint()
                .map(endpoint -> SdkTracerProvider.builder()
                        .setResource(Resource.getDefault()
                                .merge(Resource.create(Attributes.of(
                                        AttributeKey.stringKey("service.name"),
                                        "glimpse",
                                        AttributeKey.stringKey("service.version"),
                                        version))))
                        .setSpanLimits(SpanLimits.builder()
                                .setMaxNumberOfEvents(MOST_OF_A_SPAN)
                                .setMaxNumberOfLinks(MOST_OF_A_SPAN)
                                .build())
                        // A client's own decision stands, so that its trace has no holes.
                        .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.share())))
                        .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                                        .setEndpoint(endpoint.toString())
                                        .build())
                                .build())
                        .build());
    }

    Tracer tracer() {
        return sdk.<TracerProvider>map(provider -> provider)
                .orElseGet(TracerProvider::noop)
                .get(NAME);
    }

    /** Sends what has ended so far, and waits for that a moment. */
    void send() {
        sdk.ifPresent(provider -> provider.forceFlush().join(2, TimeUnit.SECONDS));
    }

    /** Sends what is left, and waits for that a moment. */
    void close() {
        sdk.ifPresent(provider -> provider.shutdown().join(2, TimeUnit.SECONDS));
    }
}
