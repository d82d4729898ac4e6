package dev.glimpse.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client that sends what a test likes when it likes. */
final class SlowClient implements AutoCloseable {
    private final Socket socket;

    SlowClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.US_ASCII));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** A byte now and then, until the server closes the connection. */
    void drip(Vertx vertx, Duration every) {
        vertx.setPeriodic(every.toMillis(), timer -> {
            try {
                socket.getOutputStream().write('x');
            } catch (IOException e) {
                vertx.cancelTimer(timer);
            }
        });
    }

    /** Reads up to the text, which has to come. */
    void await(String text) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int next = in.read();
            assertThat(next).as("behind %s", read).isNotNegative();
            read.append((char) next);
        }
    }

    /** What comes until the server closes the connection. */
    String rest() throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder read = new StringBuilder();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                read.append((char) next);
            }
        } catch (SocketException e) {
            // A byte that came behind the end resets the connection.
        }
        return read.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
