package dev.glimpse.api.grpc;

import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The same frames, sent by gRPC's own server for Java on one event loop. */
final class PeerServer implements AutoCloseable, StreamCostTest.Source {
    static final String THREADS = "peer-server";

    private final int frames;
    private final int frameBytes;
    private final boolean paced;
    private final EventLoopGroup loop;
    private final ConcurrentLinkedQueue<Spout> waiting = new ConcurrentLinkedQueue<>();
    private final Server server;

    PeerServer(MethodDescriptor<GenerateRequest, GenerateEvent> method, int frames, int frameBytes, boolean paced)
            throws IOException {
        this.frames = frames;
        this.frameBytes = frameBytes;
        this.paced = paced;
        // As gRPC chooses by default.
        ThreadFactory threads = new DefaultThreadFactory(THREADS, true);
        boolean epoll = Epoll.isAvailable();
        loop = epoll ? new EpollEventLoopGroup(1, threads) : new NioEventLoopGroup(1, threads);
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .channelType(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .directExecutor()
                .permitKeepAliveTime(0, TimeUnit.NANOSECONDS)
                .addService(ServerServiceDefinition.builder("glimpse.v1.Glimpse")
                        .addMethod(method, (call, headers) -> new Spout(call))
                        .build())
                .build()
                .start();
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void tick(int streams) {
        List<Spout> due = Stream.generate(waiting::remove).limit(streams).toList();
        loop.execute(() -> due.forEach(Spout::give));
    }

    @Override
    public int waiting() {
        return waiting.size();
    }

    private final class Spout extends ServerCall.Listener<GenerateRequest> {
        private final ServerCall<GenerateRequest, GenerateEvent> call;
        private int given;
        private boolean asked;

        Spout(ServerCall<GenerateRequest, GenerateEvent> call) {
            this.call = call;
            call.request(2);
        }

        @Override
        public void onHalfClose() {
            asked = true;
            call.sendHeaders(new Metadata());
            call.sendMessage(GenerateEvent.getDefaultInstance());
            pump();
        }

        @Override
        public void onReady() {
            pump();
        }

        void give() {
            call.sendMessage(GenerateEvent.newBuilder()
                    .setStep(WireEvents.stepped(Fountain.frame(frameBytes)))
                    .build());
            given++;
            asked = true;
            pump();
        }

        private void pump() {
            while (asked && call.isReady()) {
                if (given == frames) {
                    asked = false;
                    call.close(Status.OK, new Metadata());
                } else if (paced) {
                    asked = false;
                    waiting.add(this);
                } else {
                    call.sendMessage(GenerateEvent.newBuilder()
                            .setStep(WireEvents.stepped(Fountain.frame(frameBytes)))
                            .build());
                    given++;
                }
            }
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        loop.shutdownGracefully();
    }
}
