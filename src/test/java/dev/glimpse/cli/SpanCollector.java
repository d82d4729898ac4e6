package dev.glimpse.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The receiving end of OTLP over HTTP: reads what an exporter sends with the protocol's own messages. */
final class SpanCollector implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    SpanCollector() throws Exception {
        server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    read(body);
                    request.response().end();
                }))
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.actualPort() + "/v1/traces";
    }

    /** What has come so far. */
    List<Span> spans() {
        return spans;
    }

    private void read(Buffer body) {
        try {
            ExportTraceServiceRequest.parseFrom(body.getBytes()).getResourceSpansList().stream()
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .forEach(scope -> spans.addAll(scope.getSpansList()));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
