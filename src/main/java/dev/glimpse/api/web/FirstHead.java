package dev.glimpse.api.web;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The time that a new connection has until its first request, or HTTP/2, has begun; TLS is part of it. */
final class FirstHead extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(FirstHead.class);

    private final Duration patience;
    private @Nullable Future<?> end;

    FirstHead(Duration patience) {
        this.patience = patience;
    }

    /** Says that a connection has begun; nothing for one that has before. */
    static void arrived(ChannelPipeline connection) {
        if (connection.get(FirstHead.class) != null) {
            connection.remove(FirstHead.class);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext connection) {
        end = connection.executor().schedule(() -> expire(connection), patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext connection) {
        if (end != null) {
            end.cancel(false);
        }
    }

    private static void expire(ChannelHandlerContext connection) {
        LOG.debug("{} began nothing and is closed", connection.channel().remoteAddress());
        SlowRequest.close(connection.pipeline());
    }
}
