package dev.glimpse.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    private static final SocketAddress HERE = SocketAddress.inetSocketAddress(50_000, "127.0.0.1");
    private static final SocketAddress MADE_TO = SocketAddress.inetSocketAddress(8080, "192.0.2.7");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:8080",
                "LocalHost:8080",
                "127.0.0.1",
                "127.0.0.1:8080",
                "[::1]:8080",
                "127.0.1.1:8080",
                "[::ffff:127.0.0.1]",
                "0.0.0.0:8080",
                "[::]:8080",
                "192.0.2.7:8080",
                "192.0.2.7",
                "[::ffff:192.0.2.7]:8080",
                ":8080",
                ""
            })
    void thisMachineIsCalledLocalhostOrByAnAddressThatMeansIt(String host) {
        assertThat(loopback(host, HERE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8080",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "127.0.0.1.nip.io:8080",
                "localhost:8080@evil.example",
                "localhost, evil.example",
                "[::1].evil.example",
                "localhost.",
                "localhost:80:80",
                "127.0.0.1.",
                "127.evil",
                "[::1",
                "[:::1]"
            })
    void anyOtherNameMayBeAnybodysThatMeansThisMachineForNow(String host) {
        assertThat(loopback(host, HERE)).isFalse();
    }

    /** Whoever calls them meant the proxy that listens there and now asks from this machine. */
    @ParameterizedTest
    @ValueSource(
            strings = {"192.0.2.2:22205", "203.0.113.5", "8.8.8.8", "[2001:db8::1]", "[fe80::1]:8080", "1.2.3.4.5"})
    void anAddressThatTheConnectionWasNotMadeToIsAnotherMachines(String host) {
        assertThat(loopback(host, HERE)).isFalse();
    }

    @Test
    void anAddressOfVersion6ThatTheConnectionWasMadeToIsThisMachines() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Host", "[2001:db8::1]:8080");
        SocketAddress local = SocketAddress.inetSocketAddress(8080, "2001:db8:0:0:0:0:0:1");

        assertThat(Credentials.of(headers, HERE, local).loopback()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded",
                "Via",
                "X-Real-IP",
                "X-Forwarded-For",
                "x-forwarded-proto",
                "X-Forwarded-Host",
                "X-Forwarded-Port",
                "X-Envoy-Expected-Rq-Timeout-Ms",
                "x-envoy-internal"
            })
    void whateverAProxyWritesTellsThatSomebodyElseAsks(String header) {
        MultiMap headers =
                MultiMap.caseInsensitiveMultiMap().add("Host", "localhost:8080").add(header, "1");

        assertThat(Credentials.of(headers, HERE, MADE_TO).loopback()).isFalse();
    }

    @Test
    void aClientsOwnHeadersMakeItNoProxy() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("Host", "localhost:8080")
                .add("x-request-id", "1")
                .add("x-forwarded", "1")
                .add("viable", "1");

        assertThat(Credentials.of(headers, HERE, MADE_TO).loopback()).isTrue();
    }

    @Test
    void whoNamesNoHostIsNoBrowser() {
        assertThat(Credentials.of(MultiMap.caseInsensitiveMultiMap(), HERE, MADE_TO)
                        .loopback())
                .isTrue();
    }

    @Test
    void aLocalNameMakesNoOtherMachineThisOne() {
        assertThat(loopback("localhost", SocketAddress.inetSocketAddress(50_000, "192.0.2.1")))
                .isFalse();
    }

    private static boolean loopback(String host, SocketAddress remote) {
        return Credentials.of(MultiMap.caseInsensitiveMultiMap().add("Host", host), remote, MADE_TO)
                .loopback();
    }
}
