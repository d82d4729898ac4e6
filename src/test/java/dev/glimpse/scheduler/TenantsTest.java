package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What each tenant may claim, and who is remembered. */
class TenantsTest {
    private static final double DEBT = 500;
    private static final Offset<Double> EXACT = Offset.offset(1e-12);

    private final Tenants tenants =
            new Tenants(new SchedulerSettings(1, 1, 4, 1000, 0.5, 1_000_000_000L, 8), new TenantLanes().open());

    @Test
    void claimIsTheTenantsWeightAmongAllWhoHaveJobs() {
        tenants.enter("flood", 1);
        assertThat(tenants.claim("paying", 3).share()).isCloseTo(0.75, EXACT);
        assertThat(tenants.claim("paying", 1).share()).isCloseTo(0.5, EXACT);
        tenants.enter("paying", 3);
        assertThat(tenants.claim("paying", 3).share()).isCloseTo(0.75, EXACT);
        tenants.enter("third", 1);
        assertThat(tenants.claim("paying", 3).share()).isCloseTo(0.6, EXACT);
        assertThat(tenants.claim("flood", 1).share()).isCloseTo(0.2, EXACT);
    }

    @Test
    void whoOwesMostIsRememberedWhenTooManyHaveLeft() {
        tenants.enter("steady", 1);
        Tenant debtor = tenants.enter("debtor", 1);
        debtor.counter = DEBT;
        tenants.leave(debtor);
        List<Tenant> passing = new ArrayList<>();
        for (int i = 0; i < 1024; i++) {
            Tenant tenant = tenants.enter("passing " + i, 1);
            tenant.counter = 1 + i / 1024.0;
            passing.add(tenant);
        }
        passing.forEach(tenants::leave);

        assertThat(tenants.enter("debtor", 1).counter).isEqualTo(DEBT);
        // Half of those who are too many are forgotten: they begin anew, level with whoever has been given least.
        assertThat(passing.stream().filter(tenant -> tenants.enter(tenant.name, 1) == tenant))
                .hasSize(passing.size() - 512)
                .allMatch(tenant -> tenant.counter >= 1.5);
    }
}
