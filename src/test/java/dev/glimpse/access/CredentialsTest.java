package dev.glimpse.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    private static final SocketAddress HERE = SocketAddress.inetSocketAddress(50_000, "127.0.0.1");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:8080",
                "LocalHost:8080",
                "127.0.0.1",
                "127.0.0.1:8080",
                "[::1]:8080",
                "[::ffff:127.0.0.1]",
                "192.0.2.7:8080",
                ""
            })
    void thisMachineIsCalledLocalhostOrByAnAddress(String host) {
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
                "localhost."
            })
    void anyOtherNameMayBeAnybodysThatMeansThisMachineForNow(String host) {
        assertThat(loopback(host, HERE)).isFalse();
    }

    @Test
    void whoNamesNoHostIsNoBrowser() {
        assertThat(Credentials.of(MultiMap.caseInsensitiveMultiMap(), HERE).loopback())
                .isTrue();
    }

    @Test
    void aLocalNameMakesNoOtherMachineThisOne() {
        assertThat(loopback("localhost", SocketAddress.inetSocketAddress(50_000, "192.0.2.1")))
                .isFalse();
    }

    private static boolean loopback(String host, SocketAddress remote) {
        return Credentials.of(MultiMap.caseInsensitiveMultiMap().add("Host", host), remote)
                .loopback();
    }
}
