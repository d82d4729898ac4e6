package dev.glimpse.loadtest;

import com.google.protobuf.ByteString;
import dev.glimpse.loadtest.Answer.End;
import dev.glimpse.loadtest.Answer.Frame;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.Step;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** A stream of pictures as one client sees it. Confined to the thread that calls back. */
final class GrpcCall extends ClientCall.Listener<GenerateEvent> {
    private static final ByteString PNG = ByteString.copyFrom(new byte[] {(byte) 0x89, 'P', 'N', 'G'});

    private final Arrival arrival;
    private final long dueNanos;
    private final Runnable wantMore;
    private final CompletableFuture<Answer> answer;
    private final List<Frame> frames = new ArrayList<>();
    private final Map<Integer, Long> spent = new HashMap<>();
    private long sent;
    private OptionalLong accepted = OptionalLong.empty();
    private long nfe;
    private boolean left;
    private boolean finished;

    /**
     * A stream that has not begun.
     *
     * @param dueNanos when the request is due, by the process's monotonic clock
     * @param wantMore asks for the next message, now or later, as its client reads
     * @param answer what is completed at the end
     */
    GrpcCall(Arrival arrival, long dueNanos, Runnable wantMore, CompletableFuture<Answer> answer) {
        this.arrival = arrival;
        this.dueNanos = dueNanos;
        this.wantMore = wantMore;
        this.answer = answer;
    }

    void sent() {
        sent = sinceDue();
    }

    /** The client goes away; what ends the call then is no failure. */
    void leave() {
        left = true;
    }

    @Override
    public void onMessage(GenerateEvent event) {
        switch (event.getEventCase()) {
            case ACCEPTED -> accepted = OptionalLong.of(sinceDue());
            case STEP -> stepped(event.getStep());
            case FINISHED -> {
                finished = true;
                nfe = event.getFinished().getNfe();
            }
            // A newer server may tell more than this client knows of.
            case EVENT_NOT_SET -> {}
        }
        wantMore.run();
    }

    private void stepped(Step step) {
        if (!step.getImage().startsWith(PNG)) {
            return;
        }
        long before = spent.getOrDefault(step.getSample(), 0L);
        long evaluations = Math.max(0, step.getNfe() - before);
        spent.put(step.getSample(), (long) step.getNfe());
        nfe += evaluations;
        frames.add(new Frame(sinceDue(), step.getBatchRows(), evaluations, step.getForwardMicros()));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        OptionalLong first = frames.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(frames.get(0).atNanos());
        End end = end(status);
        String detail = end == End.FINISHED ? "" : status.getCode() + ": " + status.getDescription();
        Answer.Times times = new Answer.Times(sent, accepted, first, sinceDue());
        answer.complete(new Answer(arrival, end, detail, times, nfe, frames));
    }

    private End end(Status status) {
        if (status.isOk()) {
            return finished ? End.FINISHED : End.BROKEN;
        }
        if (left) {
            return End.LEFT;
        }
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> End.LATE;
            // A server may also shed what it has let into its queue.
            case RESOURCE_EXHAUSTED -> End.REFUSED;
            case UNAVAILABLE -> accepted.isEmpty() ? End.REFUSED : End.BROKEN;
            default -> End.BROKEN;
        };
    }

    private long sinceDue() {
        return System.nanoTime() - dueNanos;
    }
}
