package dev.glimpse.fleet;

import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GlimpseGrpcClient;
import glimpse.wire.v1.Step;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client that goes on with the newest token when its stream is cut, and asks again when it was refused. */
final class ResumingClient implements AutoCloseable {
    /** What an attempt ended with that had no status at all. */
    static final int LOST = -1;

    static final int OK = 0;
    static final int UNAVAILABLE = 14;

    private static final int MOST_ATTEMPTS = 50;
    private static final long PAUSE_MILLIS = 100;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final GrpcClient client = GrpcClient.client(vertx);
    private final SocketAddress target;
    private final Consumer<Attempt> firstFrame;

    /** @param firstFrame told of an attempt when its first picture has come */
    ResumingClient(int port, Consumer<Attempt> firstFrame) {
        target = SocketAddress.inetSocketAddress(port, "127.0.0.1");
        this.firstFrame = firstFrame;
    }

    /** One stream, up to its end. Confined to the client's event loop until the generation has ended. */
    static final class Attempt {
        private final GenerateRequest asked;
        private String replica = "";
        private String token = "";
        private int frames;
        private boolean finished;
        private int status = LOST;

        private Attempt(GenerateRequest asked) {
            this.asked = asked;
        }

        GenerateRequest asked() {
            return asked;
        }

        /** Who answered, as the proxy says. */
        String replica() {
            return replica;
        }

        /** The newest token; empty before it was accepted. */
        String token() {
            return token;
        }

        int frames() {
            return frames;
        }

        int status() {
            return status;
        }

        @Override
        public String toString() {
            return "status " + status + " by " + replica + " after " + frames + " frames, token: " + !token.isEmpty();
        }
    }

    /**
     * A request that has got its last pictures.
     *
     * @param pictures by sample
     */
    record Generation(Map<Integer, byte[]> pictures, List<Attempt> attempts) {}

    /** Asks until all pictures are there; fails when that takes too many attempts. */
    Future<Generation> generate(GenerateRequest request) {
        Promise<Generation> all = Promise.promise();
        context.runOnContext(v -> attempt(request, request, new Generation(new TreeMap<>(), new ArrayList<>()), all));
        return all.future();
    }

    private void attempt(GenerateRequest first, GenerateRequest next, Generation generation, Promise<Generation> all) {
        Attempt attempt = new Attempt(next);
        generation.attempts().add(attempt);
        stream(attempt, generation.pictures()).onComplete(v -> {
            if (attempt.status == OK && attempt.finished) {
                all.complete(generation);
            } else if (generation.attempts().size() == MOST_ATTEMPTS) {
                all.fail("no end after " + generation.attempts());
            } else {
                GenerateRequest again = attempt.token.isEmpty()
                        ? next
                        : GenerateRequest.newBuilder()
                                .setResumeToken(attempt.token)
                                .build();
                vertx.setTimer(PAUSE_MILLIS, timer -> attempt(first, again, generation, all));
            }
        });
    }

    private Future<Void> stream(Attempt attempt, Map<Integer, byte[]> pictures) {
        Promise<Void> ended = Promise.promise();
        client.request(target, GlimpseGrpcClient.Generate)
                .compose(call -> call.send(attempt.asked))
                .onFailure(lost -> ended.tryComplete())
                .onSuccess(answer -> {
                    @Nullable String replica = answer.headers().get("x-replica");
                    attempt.replica = replica == null ? "" : replica;
                    answer.handler(event -> take(event, attempt, pictures));
                    answer.exceptionHandler(lost -> ended.tryComplete());
                    answer.errorHandler(lost -> ended.tryComplete());
                    answer.endHandler(end -> {
                        attempt.status = status(answer);
                        ended.tryComplete();
                    });
                });
        return ended.future();
    }

    private void take(GenerateEvent event, Attempt attempt, Map<Integer, byte[]> pictures) {
        switch (event.getEventCase()) {
            case ACCEPTED -> attempt.token = event.getAccepted().getResumeToken();
            case STEP -> {
                Step step = event.getStep();
                attempt.token = step.getResumeToken();
                if (step.getLast()) {
                    pictures.put(step.getSample(), step.getImage().toByteArray());
                }
                if (attempt.frames++ == 0) {
                    firstFrame.accept(attempt);
                }
            }
            case FINISHED -> attempt.finished = true;
            case EVENT_NOT_SET -> throw new AssertionError(event.toString());
        }
    }

    private static int status(GrpcClientResponse<?, ?> answer) {
        MultiMap last = answer.headers().contains("grpc-status") ? answer.headers() : answer.trailers();
        String status = last.get("grpc-status");
        return status == null ? LOST : Integer.parseInt(status);
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
