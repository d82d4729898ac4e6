package dev.glimpse.api.web;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the connections of a process's ports, closes those beyond a bound as they come, and those that begin nothing
 * soon. Thread-safe.
 *
 * <p>Vert.x tells of a connection once it has sent enough for its version of HTTP to be known, so that silent ones are
 * seen here alone, where they are accepted. Each port has the bound for itself: clients that exhaust theirs leave the
 * operators' alone.
 */
public final class NewConnections {
    private final int most;
    private final Duration patience;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();

    /**
     * @param most connections that a port has open at once
     * @param patience how long one may take until its first request is there, or HTTP/2 has begun
     */
    public NewConnections(int most, Duration patience) {
        if (most < 1) {
            throw new IllegalArgumentException("most: " + most + " (expected: at least 1)");
        }
        this.most = most;
        this.patience = patience;
    }

    /** The same transport, whose servers, each with {@link RequestPatience}, accept connections by way of here. */
    public Transport over(Transport transport) {
        return new WatchedTransport(transport, this::port);
    }

    /** How many are open. */
    public int open() {
        return open.get();
    }

    /** How many were closed as they came. */
    public long refused() {
        return refused.get();
    }

    private ChannelHandler port() {
        return new Port();
    }

    /** One port, on the event loop that accepts its connections. */
    private final class Port extends ChannelInboundHandlerAdapter {
        private final AtomicInteger here = new AtomicInteger();

        @Override
        public void channelRead(ChannelHandlerContext port, Object accepted) {
            Channel connection = (Channel) accepted;
            if (here.get() >= most) {
                refused.incrementAndGet();
                // No event loop has it yet, so it closes without one.
                connection.unsafe().closeForcibly();
                return;
            }
            here.incrementAndGet();
            open.incrementAndGet();
            connection.closeFuture().addListener(closed -> {
                here.decrementAndGet();
                open.decrementAndGet();
            });
            connection.pipeline().addFirst(new FirstHead(patience));
            port.fireChannelRead(accepted);
        }
    }
}
