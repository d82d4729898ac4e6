package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final List<String> writes = new ArrayList<>();
    private final List<Promise<Void>> inFlight = new ArrayList<>();
    private boolean broken;
    private final Outbox<String> outbox = new Outbox<>(this::write, () -> broken = true);

    @Test
    void onlyOneWriteIsInFlight() {
        outbox.offer("a", () -> {});
        outbox.offer("b", () -> {});
        assertThat(writes).containsExactly("a");

        inFlight.get(0).complete();

        assertThat(writes).containsExactly("a", "b");
    }

    @Test
    void sourcesThatOfferTheNextWhenTheLastWasWrittenTakeTurns() {
        offerAgainAndAgain("a");
        offerAgainAndAgain("b");
        offerAgainAndAgain("c");
        for (int i = 0; i < 6; i++) {
            inFlight.get(i).complete();
        }

        assertThat(writes).containsExactly("a", "b", "c", "a", "b", "c", "a");
    }

    @Test
    void writesThatCompleteAtOnceTakeNoStack() {
        List<String> written = new ArrayList<>();
        Outbox<String> eager = new Outbox<>(message -> Future.succeededFuture(), () -> broken = true);

        countDown(eager, 100_000, written);

        assertThat(written).hasSize(100_000);
    }

    @Test
    void failedWriteIsReportedAndNothingFollowsIt() {
        outbox.offer("a", () -> writes.add("never"));
        outbox.offer("b", () -> writes.add("never"));

        outboxClosesWhenBroken();

        assertThat(broken).isTrue();
        assertThat(writes).containsExactly("a");
    }

    @Test
    void closedOutboxWritesNothingMore() {
        outbox.offer("a", () -> writes.add("never"));
        outbox.offer("b", () -> {});
        outbox.close();
        outbox.offer("c", () -> {});
        inFlight.get(0).complete();

        assertThat(writes).containsExactly("a");
    }

    private void outboxClosesWhenBroken() {
        inFlight.get(0).fail("the client is gone");
        outbox.close();
    }

    private void offerAgainAndAgain(String name) {
        outbox.offer(name, () -> offerAgainAndAgain(name));
    }

    private static void countDown(Outbox<String> outbox, int left, List<String> written) {
        outbox.offer("x", () -> {
            written.add("x");
            if (left > 1) {
                countDown(outbox, left - 1, written);
            }
        });
    }

    private Future<Void> write(String message) {
        writes.add(message);
        Promise<Void> promise = Promise.promise();
        inFlight.add(promise);
        return promise.future();
    }
}
