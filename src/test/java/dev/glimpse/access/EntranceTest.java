package dev.glimpse.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.generation.Budget;
import dev.glimpse.generation.Client;
import dev.glimpse.generation.Generator;
import dev.glimpse.scheduler.Rank;
import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntranceTest {
    private static final Caller TEAM = new Caller("team", Rank.INTERACTIVE, 2.5, new Quota(4, 60, 6000));
    private static final SocketAddress HERE = SocketAddress.inetSocketAddress(50_000, "127.0.0.1");

    private final String secret = ApiKey.newSecret();
    private final Gate gate = new Gate(List.of(new ApiKey("laptop", ApiKey.hash(secret), TEAM)), Anonymity.LOOPBACK);
    private final List<Client> clients = new ArrayList<>();
    private final Entrance entrance = new Entrance(gate, new QuotaLedger(), this::as, () -> 1_000);

    @Test
    void theCoreIsAskedOnBehalfOfTheKeysTenantWithItsRankItsWeightAndItsQuota() {
        enter(MultiMap.caseInsensitiveMultiMap().add("authorization", "Bearer " + secret));

        Client client = clients.get(0);
        assertThat(client).isEqualTo(new Client("team", Rank.INTERACTIVE, 2.5, client.budget()));
        assertThat(client.budget().begin(4, 60)).isEmpty();
        assertThat(client.budget().begin(1, 1)).isPresent();
    }

    @Test
    void whoeverBringsNoKeyIsHeldToNoQuota() {
        enter(MultiMap.caseInsensitiveMultiMap());

        assertThat(clients).containsExactly(new Client("anonymous", Rank.STANDARD, 1, Budget.UNLIMITED));
    }

    @Test
    void whoeverIsRefusedDoesNotReachTheCore() {
        assertThat(entrance.enter(MultiMap.caseInsensitiveMultiMap().add("authorization", "Bearer x"), HERE, HERE))
                .isInstanceOf(Entrance.Entry.Refused.class);

        assertThat(clients).isEmpty();
    }

    private void enter(MultiMap headers) {
        assertThat(entrance.enter(headers, HERE, HERE)).isInstanceOf(Entrance.Entry.Admitted.class);
    }

    private Generator as(Client client) {
        clients.add(client);
        return new ScriptedGenerator();
    }
}
