package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Tenants that use several schedulers at one device, all of which always have work. */
class TenantLanesTest {
    private static final long FORWARD_NANOS = 1_000_000;
    private static final int FORWARDS = 1200;
    private static final Offset<Double> EXACT = Offset.offset(1e-12);
    private static final Offset<Double> NEARLY = Offset.offset(0.02);

    private final SchedulerSettings settings = new SchedulerSettings(1, 1, 4, 100_000, 0.5, 1_000_000_000L, 8);
    private final TenantLanes tenants = new TenantLanes();
    private final DeviceShare share = new DeviceShare();
    private final Map<String, StepScheduler> lanes = new LinkedHashMap<>();
    private final Map<Long, String> owners = new HashMap<>();
    private final Map<String, Double> given = new HashMap<>();
    private long now;

    private TenantLanes.Lane lane(String id) {
        TenantLanes.Lane place = tenants.open();
        lanes.put(id, new StepScheduler(settings, SchedulerListener.NONE, place));
        share.add(id, place::weight);
        return place;
    }

    private void flood(String lane, String tenant, double weight) {
        JobTerms terms = new JobTerms(Rank.STANDARD, tenant, weight, false);
        for (int i = 0; i < FORWARDS; i++) {
            long id = owners.size();
            owners.put(id, tenant);
            Job job = new Job(id, List.of(1, 1, 1, 1), Long.MAX_VALUE / 2, terms);
            assertThat(lanes.get(lane).admit(List.of(job), now)).isInstanceOf(Admission.Admitted.class);
        }
    }

    /** Has the device work; returns what part of its rows each tenant was given. */
    private Map<String, Double> serve() {
        for (int i = 0; i < FORWARDS; i++) {
            List<String> waiting = lanes.keySet().stream()
                    .filter(id -> lanes.get(id).waiting() > 0)
                    .toList();
            String id = share.next(waiting).orElseThrow();
            Batch batch = lanes.get(id).nextBatch(0, now, 1, (job, step) -> 1).orElseThrow();
            batch.entries().forEach(entry -> given.merge(owners.get(entry.jobId()), 1.0 * entry.rows(), Double::sum));
            share.charge(id, FORWARD_NANOS);
            lanes.get(id).completed(batch, FORWARD_NANOS);
            now += FORWARD_NANOS;
        }
        double all = given.values().stream().mapToDouble(rows -> rows).sum();
        return given.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue() / all));
    }

    @Test
    void nobodyGainsByUsingSeveralModels() {
        for (String id : List.of("a", "b", "c", "d")) {
            lane(id);
        }
        flood("a", "wide", 1);
        flood("b", "wide", 1);
        flood("c", "wide", 1);
        flood("d", "narrow", 1);
        Map<String, Double> parts = serve();
        assertThat(parts.get("narrow")).isCloseTo(0.5, NEARLY);
    }

    @Test
    void nobodyGainsByUsingAnotherModelBesideACommonOne() {
        lane("common");
        lane("other");
        flood("common", "wide", 1);
        flood("other", "wide", 1);
        flood("common", "narrow", 1);
        assertThat(serve().get("narrow")).isCloseTo(0.5, NEARLY);
    }

    @Test
    void weightsHoldAcrossModels() {
        lane("a");
        lane("b");
        flood("a", "light", 1);
        flood("b", "heavy", 3);
        assertThat(serve().get("heavy")).isCloseTo(0.75, NEARLY);
    }

    @Test
    void oneTenantAloneHasItsModelsTakeEqualTurns() {
        lane("a");
        lane("b");
        flood("a", "only", 5);
        flood("b", "only", 5);
        assertThat(share.share("a", Map.of("b", Double.POSITIVE_INFINITY))).isCloseTo(0.5, EXACT);
    }

    /** What one was charged while a heavier tenant was there counts as much when that has left. */
    @Test
    void equalLanesTakeTurnsWhenAHeavyTenantHasLeft() {
        TenantLanes.Lane heavy = lane("heavy");
        heavy.enter("heavy", 1000);
        lane("a").enter("a", 1);
        lane("b").enter("b", 1);
        share.next(List.of("heavy", "a"));
        share.charge("a", FORWARD_NANOS);
        share.charge("heavy", FORWARD_NANOS);
        share.next(List.of("heavy", "a", "b"));
        share.charge("b", FORWARD_NANOS);
        heavy.leave("heavy");
        share.rest("heavy");
        int ofA = 0;
        for (int i = 0; i < 100; i++) {
            String next = share.next(List.of("a", "b")).orElseThrow();
            share.charge(next, FORWARD_NANOS);
            ofA += next.equals("a") ? 1 : 0;
        }
        assertThat(ofA).isBetween(48, 52);
    }

    @Test
    void laneWeighsWhatItsTenantsDoAndLikeTheOthersWhileItHasNone() {
        List<TenantLanes.Lane> places = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            places.add(tenants.open());
        }
        assertThat(places.get(0).weight()).isEqualTo(1);
        places.get(0).enter("x", 1);
        places.get(0).enter("y", 2);
        places.get(1).enter("x", 1);
        assertThat(places.get(0).weight()).isCloseTo(2.5, EXACT);
        assertThat(places.get(1).weight()).isCloseTo(0.5, EXACT);
        assertThat(places.get(2).weight()).isCloseTo(1.5, EXACT);
        assertThat(places.get(0).others("x")).isCloseTo(2, EXACT);
        assertThat(places.get(2).part("x", 1)).isCloseTo(1.0 / 3, EXACT);

        places.get(1).leave("x");
        assertThat(places.get(0).weight()).isEqualTo(3);
        assertThat(places.get(0).part("x", 1)).isEqualTo(1);
        places.get(0).leave("x");
        assertThat(places.get(0).others("y")).isZero();
    }
}
