package dev.glimpse.loadtest;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/** The connections of one server's clients. Confined to the thread that they call back on, once they are made. */
final class Channels {
    /** Pictures are small; a reader who is to be felt by the server must take little in advance. */
    private static final int SLOW_WINDOW_BYTES = 2048;

    private final Target target;
    private final Executor thread;
    private final Set<ManagedChannel> open = new HashSet<>();
    private final List<ManagedChannel> pool = new ArrayList<>();
    private final List<ManagedChannel> slow = new ArrayList<>();

    /**
     * Makes those that requests share.
     *
     * @param count that requests take turns on, and as many for those who read slowly
     */
    Channels(Target target, int count, Executor thread) {
        this.target = target;
        this.thread = thread;
        for (int i = 0; i < count; i++) {
            pool.add(connect(NettyChannelBuilder.DEFAULT_FLOW_CONTROL_WINDOW));
            slow.add(connect(SLOW_WINDOW_BYTES));
        }
    }

    private ManagedChannel connect(int windowBytes) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(target.host(), target.port())
                .executor(thread)
                .flowControlWindow(windowBytes);
        target.tls().ifPresentOrElse(tls -> builder.sslContext(tls.grpc()), builder::usePlaintext);
        ManagedChannel channel = builder.build();
        open.add(channel);
        return channel;
    }

    /**
     * The shared one whose turn it is.
     *
     * @param reads whether the client reads as fast as it can
     */
    ManagedChannel turn(int index, boolean reads) {
        List<ManagedChannel> turns = reads ? pool : slow;
        return turns.get(index % turns.size());
    }

    /** Another one, for one client alone. */
    ManagedChannel own() {
        return connect(NettyChannelBuilder.DEFAULT_FLOW_CONTROL_WINDOW);
    }

    /** Ends what still runs on a connection. */
    void close(ManagedChannel channel) {
        channel.shutdownNow();
        open.remove(channel);
    }

    void closeAll() {
        open.forEach(ManagedChannel::shutdownNow);
    }
}
