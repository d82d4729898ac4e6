package dev.glimpse.loadtest;

import io.grpc.ClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/** The connections of one server's clients. Confined to the thread that they call back on, once they are made. */
final class Channels {
    /** Pictures are small; a reader who is to be felt by the server must take little in advance. */
    private static final int SLOW_WINDOW_BYTES = 2048;

    /**
     * Most streams of a connection. A server allows 100 and hears of an end a little later than a client; what is
     * beyond them would wait inside this process, where nobody sees it.
     */
    private static final int MOST_STREAMS = 90;

    private final Target target;
    private final Executor thread;
    private final Set<Connection> open = new HashSet<>();
    private final Pool pool;
    private final Pool slow;

    /** A connection, which counts its streams. */
    static final class Connection {
        private final ManagedChannel channel;
        private int streams;

        private Connection(ManagedChannel channel) {
            this.channel = channel;
        }

        ManagedChannel channel() {
            return channel;
        }

        /** What listens to a stream that begins on it; where that ends there is room for another one. */
        <T> ClientCall.Listener<T> counted(ClientCall.Listener<T> listener) {
            streams++;
            return new SimpleForwardingClientCallListener<>(listener) {
                @Override
                public void onClose(Status status, Metadata trailers) {
                    streams--;
                    super.onClose(status, trailers);
                }
            };
        }

        private boolean full() {
            return streams >= MOST_STREAMS;
        }
    }

    /** Connections that requests share. */
    private final class Pool {
        private final int windowBytes;
        private final List<Connection> connections = new ArrayList<>();
        private final int count;

        Pool(int count, int windowBytes) {
            this.windowBytes = windowBytes;
            this.count = count;
            for (int i = 0; i < count; i++) {
                connections.add(connect(windowBytes));
            }
        }

        /** The one whose turn it is, or if that is full, the one with the fewest streams, or another one. */
        Connection turn(int index) {
            Connection next = connections.get(index % count);
            if (next.full()) {
                next = connections.stream()
                        .min(Comparator.comparingInt(connection -> connection.streams))
                        .orElse(next);
            }
            if (next.full()) {
                next = connect(windowBytes);
                connections.add(next);
            }
            return next;
        }
    }

    /**
     * Makes those that requests share.
     *
     * @param count that requests take turns on while they have room, and as many for those who read slowly
     */
    Channels(Target target, int count, Executor thread) {
        this.target = target;
        this.thread = thread;
        pool = new Pool(count, NettyChannelBuilder.DEFAULT_FLOW_CONTROL_WINDOW);
        slow = new Pool(count, SLOW_WINDOW_BYTES);
    }

    private Connection connect(int windowBytes) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(target.host(), target.port())
                .executor(thread)
                .flowControlWindow(windowBytes);
        target.tls().ifPresentOrElse(tls -> builder.sslContext(tls.grpc()), builder::usePlaintext);
        Connection connection = new Connection(builder.build());
        open.add(connection);
        return connection;
    }

    /**
     * The shared one whose turn it is.
     *
     * @param reads whether the client reads as fast as it can
     */
    Connection turn(int index, boolean reads) {
        return (reads ? pool : slow).turn(index);
    }

    /** Another one, for one client alone. */
    Connection own() {
        return connect(NettyChannelBuilder.DEFAULT_FLOW_CONTROL_WINDOW);
    }

    /** Ends what still runs on a connection. */
    void close(Connection connection) {
        connection.channel().shutdownNow();
        open.remove(connection);
    }

    void closeAll() {
        open.forEach(connection -> connection.channel().shutdownNow());
    }
}
