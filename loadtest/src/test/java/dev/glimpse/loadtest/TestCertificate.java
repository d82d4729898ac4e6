package dev.glimpse.loadtest;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate for localhost, signed by itself, made by the JDK's keytool. */
final class TestCertificate {
    private static final String PASSWORD = "changeit";

    private final KeyStore store;
    private final Path pem;

    private TestCertificate(KeyStore store, Path pem) {
        this.store = store;
        this.pem = pem;
    }

    static TestCertificate make(Path directory) throws Exception {
        Path file = Files.createTempDirectory(directory, "certificate").resolve("store.p12");
        Path log = file.resolveSibling("log");
        String options = "-J-XX:TieredStopAtLevel=1 -genkeypair -alias self -keyalg EC -validity 90 -dname CN=localhost"
                + " -ext san=dns:localhost,ip:127.0.0.1 -storetype PKCS12 -storepass " + PASSWORD + " -keystore";
        ProcessBuilder keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        keytool.command().addAll(List.of(options.split(" ")));
        keytool.command().add(file.toString());
        if (keytool.redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor()
                != 0) {
            throw new AssertionError(Files.readString(log));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(store.getCertificate("self").getEncoded());
        Path pem = Files.writeString(
                file.resolveSibling("ca.pem"),
                "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
        return new TestCertificate(store, pem);
    }

    /** A file for clients that are to believe it. */
    Path pem() {
        return pem;
    }

    /** For a server of gRPC. */
    SslContext grpc() throws Exception {
        return GrpcSslContexts.configure(SslContextBuilder.forServer(keys())).build();
    }

    /** For a server of Java's. */
    SSLContext context() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys().getKeyManagers(), null, null);
        return context;
    }

    private KeyManagerFactory keys() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        return keys;
    }
}
