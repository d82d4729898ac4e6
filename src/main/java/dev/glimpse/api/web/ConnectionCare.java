package dev.glimpse.api.web;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.impl.ShutdownEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the HTTP/2 connections of a server: it closes those whose client answers no ping any more, lets none grow
 * old, so that clients behind a balancer find new servers, lets none lose a call when the server shuts down, and lets
 * what they send leave together. Those of HTTP/1.1 it tells of the shutdown alone, and by their last answer their
 * clients; those of HTTP/1.0 it ends where nothing else ends an answer. Thread-safe.
 */
public final class ConnectionCare implements Handler<HttpConnection> {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionCare.class);
    private static final Buffer PING = Buffer.buffer("glimpse!");

    /** Share of the age by which connections differ, so that those that began together do not all end together. */
    private static final double JITTER = 0.2;

    /** Its multiples, modulo 1, lie apart from each other however many there are (Weyl, 1916). */
    private static final double GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

    private static final int NO_ERROR = 0;

    /** How long the answer of a client may take that is told to go away; one farther off may lose a call. */
    private static final Duration ROUND_TRIP = Duration.ofSeconds(1);

    /** Writes that leave together at most. */
    private static final int MAX_GATHERED = 64;

    /**
     * Bytes that may wait for the network of a connection: those of as many small pictures. With more, nothing is
     * written until half of them have left.
     */
    private static final int MAX_GATHERED_BYTES = 256 * 1024;

    private final Vertx vertx;
    private final Terms terms;
    private final AtomicLong connections = new AtomicLong();

    /**
     * What a connection is held to.
     *
     * @param maxAge when it takes no more streams, give or take a tenth; 0: never
     * @param grace how long the streams may then go on that it has
     * @param pingEvery how often its client is asked whether it is there
     * @param pingTimeout how long the answer may take
     */
    public record Terms(Duration maxAge, Duration grace, Duration pingEvery, Duration pingTimeout) {}

    public ConnectionCare(Vertx vertx, Terms terms) {
        this.vertx = vertx;
        this.terms = terms;
    }

    @Override
    public void handle(HttpConnection connection) {
        try {
            connection.settings();
        } catch (UnsupportedOperationException e) {
            // HTTP/1.1 has no pings, and answers alone say that no more requests are taken.
            endWithAnAnswer(connection);
            return;
        }
        if (connection instanceof HttpServerConnection server) {
            ChannelHandlerContext http2 = server.channelHandlerContext();
            lighten(http2);
            http2.pipeline().addBefore(http2.name(), null, new ServerShutdown(connection));
        }
        long pings = vertx.setPeriodic(terms.pingEvery().toMillis(), timer -> ping(connection));
        long age =
                terms.maxAge().isZero() ? -1 : vertx.setTimer(ageMillis(), timer -> retire(connection, terms.grace()));
        connection.closeHandler(closed -> {
            vertx.cancelTimer(pings);
            vertx.cancelTimer(age);
        });
    }

    private static void endWithAnAnswer(HttpConnection connection) {
        if (connection instanceof HttpServerConnection server) {
            Farewell farewell = Farewell.of(connection);
            ChannelHandlerContext http1 = server.channelHandlerContext();
            http1.pipeline()
                    .addBefore(http1.name(), null, new OpenEndedAnswer())
                    .addBefore(http1.name(), null, new LastAnswer(farewell::isSaid));
            connection.shutdownHandler(v -> farewell.say());
        }
    }

    /** Makes what a connection sends cost less. */
    private static void lighten(ChannelHandlerContext http2) {
        poolBuffers(http2.channel().config());
        gatherFlushes(http2);
    }

    /* Measured: for frames of some kilobytes this pool costs a tenth of a frame less than Netty's newer default. */
    private static void poolBuffers(ChannelConfig channel) {
        channel.setAllocator(PooledByteBufAllocator.DEFAULT);
    }

    /*
     * Vert.x gives every write to the network by itself. Steps of many streams end together, and their frames cost less
     * when they leave together: a flush waits until the event loop has done what it has at hand. It waits before the
     * handler of HTTP/2, as that one goes through all streams at each.
     */
    private static void gatherFlushes(ChannelHandlerContext http2) {
        http2.channel()
                .config()
                .setWriteBufferWaterMark(new WriteBufferWaterMark(MAX_GATHERED_BYTES / 2, MAX_GATHERED_BYTES));
        http2.pipeline().addAfter(http2.name(), null, new FlushConsolidationHandler(MAX_GATHERED, true));
    }

    private long ageMillis() {
        double place = connections.incrementAndGet() * GOLDEN_RATIO % 1 - 0.5;
        return Math.max(1, Math.round(terms.maxAge().toMillis() * (1 + JITTER * place)));
    }

    /*
     * RFC 9113, 6.8: a client may have begun streams that the server has not heard of. The highest number takes them all,
     * and what comes after the answer to the ping is of a client that has heard. No lower number follows: to Netty, DATA
     * of a stream above it is an error of the connection, which ends the other streams with it.
     */
    private void retire(HttpConnection connection, Duration grace) {
        connection.goAway(NO_ERROR, Integer.MAX_VALUE);
        Farewell.of(connection).say();
        Timer patience = vertx.timer(ROUND_TRIP.toMillis(), TimeUnit.MILLISECONDS);
        Future.any(connection.ping(PING), patience)
                .onComplete(heard -> patience.cancel())
                .transform(heard -> connection.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS))
                .onFailure(cause -> LOG.debug("{} did not end well", connection.remoteAddress(), cause));
    }

    private void ping(HttpConnection connection) {
        long timeout = vertx.setTimer(terms.pingTimeout().toMillis(), timer -> {
            LOG.debug("{} answers no ping and is closed", connection.remoteAddress());
            connection.close();
        });
        connection.ping(PING).onComplete(pong -> vertx.cancelTimer(timeout));
    }

    /** A connection's part in the shutdown of its server, which would name the last stream at once. */
    private final class ServerShutdown extends ChannelInboundHandlerAdapter {
        private final HttpConnection connection;

        ServerShutdown(HttpConnection connection) {
            this.connection = connection;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext channel, Object event) {
            if (event instanceof ShutdownEvent shutdown && shutdown.timeout() > 0) {
                retire(
                        connection,
                        Duration.of(shutdown.timeout(), shutdown.timeUnit().toChronoUnit()));
            } else {
                channel.fireUserEventTriggered(event);
            }
        }
    }
}
