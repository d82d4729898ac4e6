package dev.glimpse.api.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final List<String> writes = new ArrayList<>();
    private final List<Promise<Void>> inFlight = new ArrayList<>();
    private boolean broken;
    private final Outbox outbox = new Outbox(this::write, () -> broken = true);

    @Test
    void onlyOneWriteIsInFlight() {
        outbox.offer(message("a"), () -> {});
        outbox.offer(message("b"), () -> {});
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
        Outbox eager = new Outbox(message -> Future.succeededFuture(), () -> broken = true);

        countDown(eager, 100_000, written);

        assertThat(written).hasSize(100_000);
    }

    @Test
    void failedWriteIsReportedAndNothingFollowsIt() {
        outbox.offer(message("a"), () -> writes.add("never"));
        outbox.offer(message("b"), () -> writes.add("never"));

        outboxClosesWhenBroken();

        assertThat(broken).isTrue();
        assertThat(writes).containsExactly("a");
    }

    @Test
    void closedOutboxWritesNothingMore() {
        outbox.offer(message("a"), () -> writes.add("never"));
        outbox.offer(message("b"), () -> {});
        outbox.close();
        outbox.offer(message("c"), () -> {});
        inFlight.get(0).complete();

        assertThat(writes).containsExactly("a");
    }

    private void outboxClosesWhenBroken() {
        inFlight.get(0).fail("the client is gone");
        outbox.close();
    }

    private void offerAgainAndAgain(String name) {
        outbox.offer(message(name), () -> offerAgainAndAgain(name));
    }

    private static void countDown(Outbox outbox, int left, List<String> written) {
        outbox.offer(message("x"), () -> {
            written.add("x");
            if (left > 1) {
                countDown(outbox, left - 1, written);
            }
        });
    }

    private static ServerMessage message(String name) {
        return new ServerMessage.Text(new JsonObject().put("name", name));
    }

    private Future<Void> write(ServerMessage message) {
        writes.add(((ServerMessage.Text) message).json().getString("name"));
        Promise<Void> promise = Promise.promise();
        inFlight.add(promise);
        return promise.future();
    }
}
