package dev.glimpse.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.scheduler.Rank;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
    private static final Caller TEAM = new Caller("team", Rank.INTERACTIVE, 2, Quota.UNLIMITED);

    private final String secret = ApiKey.newSecret();
    private final Gate gate = new Gate(List.of(new ApiKey("laptop", ApiKey.hash(secret), TEAM)), Anonymity.LOOPBACK);

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER  "})
    void aKeyStandsForItsCaller(String scheme) {
        assertThat(caller(gate.identify(scheme + secret, false))).isEqualTo(TEAM);
    }

    @Test
    void aWrongKeyIsRefusedEvenFromThisMachine() {
        assertThat(gate.identify("Bearer " + secret + "x", true)).isInstanceOf(Gate.Verdict.Refused.class);
    }

    @Test
    void aRefusalRepeatsNoSecret() {
        Gate.Verdict verdict = gate.identify("Bearer nearly-a-secret", true);

        assertThat(((Gate.Verdict.Refused) verdict).message())
                .startsWith("authorization: ")
                .doesNotContain("nearly-a-secret");
    }

    @Test
    void anotherSchemeIsRefused() {
        assertThat(gate.identify("Basic " + secret, true)).isInstanceOf(Gate.Verdict.Refused.class);
    }

    @ParameterizedTest
    @CsvSource({
        "LOOPBACK, true, true",
        "LOOPBACK, false, false",
        "ALWAYS, false, true",
        "ALWAYS, true, true",
        "NEVER, true, false",
        "NEVER, false, false"
    })
    void whoBringsNoKeyIsAnsweredWhereTheRuleSaysSo(Anonymity anonymity, boolean loopback, boolean answered) {
        Gate.Verdict verdict = new Gate(List.of(), anonymity).identify(null, loopback);

        assertThat(verdict instanceof Gate.Verdict.Known).isEqualTo(answered);
    }

    @Test
    void exchangedKeysCountAtOnce() {
        String other = ApiKey.newSecret();

        gate.replaceKeys(List.of(new ApiKey("new", ApiKey.hash(other), TEAM)));

        assertThat(caller(gate.identify("Bearer " + other, false))).isEqualTo(TEAM);
        assertThat(gate.identify("Bearer " + secret, false)).isInstanceOf(Gate.Verdict.Refused.class);
    }

    @Test
    void whatRunsUnderAKeyThatIsTakenOutEnds() {
        AtomicInteger ended = new AtomicInteger();
        Grant grant = grant();
        grant.hold(ended::incrementAndGet);
        grant.hold(ended::incrementAndGet).close();

        gate.replaceKeys(List.of());
        gate.replaceKeys(List.of());

        assertThat(ended).hasValue(1);
    }

    @Test
    void whatBeginsUnderAKeyThatWasTakenOutMeanwhileEndsAtOnce() {
        AtomicInteger ended = new AtomicInteger();
        Grant grant = grant();
        gate.replaceKeys(List.of());

        grant.hold(ended::incrementAndGet);

        assertThat(ended).hasValue(1);
    }

    @Test
    void aKeyThatStandsForAnotherTenantEndsWhatRanForTheOneBefore() {
        AtomicInteger ended = new AtomicInteger();
        grant().hold(ended::incrementAndGet);

        gate.replaceKeys(List.of(
                new ApiKey("laptop", ApiKey.hash(secret), new Caller("rival", Rank.INTERACTIVE, 2, Quota.UNLIMITED))));

        assertThat(ended).hasValue(1);
    }

    @Test
    void aKeyWhoseQuotaChangesLetsItsWorkGoOn() {
        AtomicInteger ended = new AtomicInteger();
        Grant grant = grant();
        grant.hold(ended::incrementAndGet);
        Quota smaller = new Quota(1, 2, 3);

        gate.replaceKeys(
                List.of(new ApiKey("desk", ApiKey.hash(secret), new Caller("team", Rank.STANDARD, 1, smaller))));

        assertThat(ended).hasValue(0);
        assertThat(grant()).isSameAs(grant);
        assertThat(gate.quota("team")).contains(smaller);
    }

    private Grant grant() {
        return ((Gate.Verdict.Known) gate.identify("Bearer " + secret, false)).grant();
    }

    private static Caller caller(Gate.Verdict verdict) {
        return ((Gate.Verdict.Known) verdict).caller();
    }

    @Test
    void everySecretIsAnother() {
        assertThat(ApiKey.newSecret()).isNotEqualTo(ApiKey.newSecret()).hasSizeGreaterThan(40);
    }
}
