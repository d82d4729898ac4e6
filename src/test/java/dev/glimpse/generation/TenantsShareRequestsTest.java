package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.scheduler.Rank;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Identical requests of different tenants. */
@Timeout(60)
class TenantsShareRequestsTest {
    /** The requests that read each step. */
    private final List<List<String>> steps = new CopyOnWriteArrayList<>();

    private final GenerationListener listener = new GenerationListener() {
        @Override
        public void forward(Forward forward) {
            forward.parts().forEach(part -> steps.add(part.requestIds()));
        }
    };

    private static GenerationStream open(Core core, String tenant) {
        Client client = new Client(tenant, Rank.STANDARD, 1, Budget.UNLIMITED);
        Submission submission =
                Core.await(core.service.as(client).submit(Requests.steps(2).build()));
        return ((Submission.Admitted) submission).stream();
    }

    private static String id(GenerationStream stream) {
        return stream.accepted().requestId();
    }

    @Test
    void nobodyWaitsForTheFirstStepInAnotherTenantsLine() throws Exception {
        try (Core core = Core.held(listener)) {
            GenerationStream busy = core.openPlain(1, 1);
            core.engine.awaitForwards(1);
            GenerationStream alice = open(core, "alice");
            GenerationStream bob = open(core, "bob");
            GenerationStream again = open(core, "bob");
            core.engine.letAllGo();
            for (GenerationStream stream : List.of(busy, alice, bob, again)) {
                Core.finished(Core.readAll(stream));
            }
            List<String> alone = List.of(id(alice));
            List<String> together = List.of(id(bob), id(again));
            assertThat(steps).containsExactlyInAnyOrder(List.of(id(busy)), alone, alone, together, together);
        }
    }

    @Test
    void requestThatHasBegunIsSharedByAllTenants() throws Exception {
        try (Core core = Core.held(listener)) {
            GenerationStream alice = open(core, "alice");
            core.engine.awaitForwards(1);
            GenerationStream bob = open(core, "bob");
            core.engine.letAllGo();
            assertThat(Core.pictures(Core.readAll(bob))).isEqualTo(Core.pictures(Core.readAll(alice)));
            assertThat(core.engine.forwards).hasSize(2);
        }
    }
}
