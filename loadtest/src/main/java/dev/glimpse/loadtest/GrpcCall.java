package dev.glimpse.loadtest;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import dev.glimpse.loadtest.Answer.End;
import dev.glimpse.loadtest.Answer.Frame;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.Step;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A request's pictures as one client sees them: one stream, and another one behind each that a draining server ends
 * with a token. Confined to the thread that calls back.
 */
final class GrpcCall extends ClientCall.Listener<GenerateEvent> {
    private static final ByteString PNG = ByteString.copyFrom(new byte[] {(byte) 0x89, 'P', 'N', 'G'});

    private final Arrival arrival;
    private final long dueNanos;
    private final Resumption resumption;
    private final CompletableFuture<Answer> answer;
    private final List<Frame> frames = new ArrayList<>();
    private final Map<Integer, Long> spent = new HashMap<>();
    private final Set<Integer> done = new HashSet<>();
    private long sent;
    private OptionalLong accepted = OptionalLong.empty();
    private Runnable wantMore = () -> {};
    private String token = "";
    private long nfe;
    private long nfeBefore;
    private int resumes;
    private boolean between;
    /** Whether nobody has taken the newest token yet. */
    private boolean lost;

    private boolean left;
    private boolean finished;
    private boolean cached;
    private boolean shortened;
    /** Whether something came in place of a picture. */
    private boolean garbled;

    /** Goes on with a token in a moment, unless the client's time is over. */
    @FunctionalInterface
    interface Resumption {
        /**
         * Begins another stream later, unless the call has left by then; says whether there is time for it.
         *
         * @param notBefore how long a server asked to wait
         */
        boolean resume(GrpcCall call, String token, Duration notBefore);
    }

    /**
     * A request that has not been sent.
     *
     * @param dueNanos when it is due, by the process's monotonic clock
     * @param answer what is completed at the end
     */
    GrpcCall(Arrival arrival, long dueNanos, Resumption resumption, CompletableFuture<Answer> answer) {
        this.arrival = arrival;
        this.dueNanos = dueNanos;
        this.resumption = resumption;
        this.answer = answer;
    }

    /**
     * A stream has begun.
     *
     * @param more asks it for the next message, now or later, as its client reads
     */
    void began(Runnable more) {
        between = false;
        wantMore = more;
        if (resumes == 0) {
            sent = sinceDue();
        }
    }

    /** The client goes away; what ends the call then is no failure. */
    void leave() {
        left = true;
        if (between) {
            // No stream is open whose end would tell.
            finish(Status.CANCELLED.withDescription("left"));
        }
    }

    boolean hasLeft() {
        return left;
    }

    @Override
    public void onMessage(GenerateEvent event) {
        lost = false;
        switch (event.getEventCase()) {
            case ACCEPTED -> {
                accepted = accepted.isPresent() ? accepted : OptionalLong.of(sinceDue());
                cached |= event.getAccepted().getCached();
                shortened |= event.getAccepted().getShortened();
                token = event.getAccepted().getResumeToken();
            }
            case STEP -> {
                token = event.getStep().getResumeToken();
                stepped(event.getStep());
            }
            case FINISHED -> {
                finished = true;
                nfe = nfeBefore + event.getFinished().getNfe();
            }
            // A newer server may tell more than this client knows of.
            case EVENT_NOT_SET -> {}
        }
        wantMore.run();
    }

    private void stepped(Step step) {
        shortened |= step.getShortened();
        if (!step.getImage().startsWith(PNG)) {
            garbled |= !step.getImage().isEmpty();
            return;
        }
        if (step.getLast()) {
            done.add(step.getSample());
        }
        long before = spent.getOrDefault(step.getSample(), 0L);
        long evaluations = Math.max(0, step.getNfe() - before);
        spent.put(step.getSample(), (long) step.getNfe());
        nfe += evaluations;
        frames.add(new Frame(
                sinceDue(),
                step.getSample(),
                step.getStep(),
                step.getBatchRows(),
                evaluations,
                step.getForwardMicros()));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        Optional<Duration> notBefore = resumable(status, trailers);
        if (notBefore.isPresent() && resumption.resume(this, token, notBefore.get())) {
            between = true;
            lost = true;
            resumes++;
            nfeBefore = nfe;
            spent.clear();
            return;
        }
        finish(status);
    }

    private void finish(Status status) {
        OptionalLong first = frames.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(frames.get(0).atNanos());
        Optional<String> fault = fault(status);
        End end = fault.isPresent() ? End.BROKEN : end(status);
        String detail = end == End.FINISHED ? "" : fault.orElse(status.getCode() + ": " + status.getDescription());
        Answer.Times times = new Answer.Times(sent, accepted, first, sinceDue());
        answer.complete(new Answer(arrival, end, detail, times, nfe, resumes, cached, shortened, frames));
    }

    /** How long to wait before the token is tried, or tried again; empty if that is of no use. */
    private Optional<Duration> resumable(Status status, Metadata trailers) {
        if (token.isEmpty() || left) {
            return Optional.empty();
        }
        return switch (status.getCode()) {
            case UNAVAILABLE -> Optional.of(Duration.ZERO);
            // By the server that was to go on. One that does not say when it takes more never will.
            case RESOURCE_EXHAUSTED -> lost ? retryAfter(status, trailers) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Duration> retryAfter(Status status, Metadata trailers) {
        try {
            for (Any detail :
                    StatusProto.fromStatusAndTrailers(status, trailers).getDetailsList()) {
                if (detail.is(RetryInfo.class)) {
                    var delay = detail.unpack(RetryInfo.class).getRetryDelay();
                    return Optional.of(Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
                }
            }
        } catch (InvalidProtocolBufferException e) {
            // Whoever cannot say when has not said it.
        }
        return Optional.empty();
    }

    /** What is wrong with the pictures, whatever the server says. */
    private Optional<String> fault(Status status) {
        if (garbled) {
            return Optional.of("a picture that is no PNG");
        }
        if (shortened && !arrival.flexible()) {
            return Optional.of("fewer steps than asked for, though it is not flexible");
        }
        boolean missing = status.isOk() && finished && done.size() < arrival.samples();
        return missing
                ? Optional.of("finished with " + done.size() + " of " + arrival.samples() + " pictures")
                : Optional.empty();
    }

    private End end(Status status) {
        if (status.isOk()) {
            return finished ? End.FINISHED : End.BROKEN;
        }
        if (left) {
            return End.LEFT;
        }
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> lost ? End.CUT : End.LATE;
            // A server may also shed what it has let into its queue, but not what another one had begun.
            case RESOURCE_EXHAUSTED -> lost ? End.CUT : End.REFUSED;
            case UNAVAILABLE -> unavailable();
            default -> End.BROKEN;
        };
    }

    private End unavailable() {
        if (accepted.isEmpty()) {
            return End.REFUSED;
        }
        return token.isEmpty() ? End.BROKEN : End.CUT;
    }

    private long sinceDue() {
        return System.nanoTime() - dueNanos;
    }
}
