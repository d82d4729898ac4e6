package dev.glimpse.api.grpc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP relay that can be cut, as if the client's machine had lost its power. */
public final class CuttableWire implements AutoCloseable {
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Socket> farSockets = new CopyOnWriteArrayList<>();
    private final ServerSocket server;

    public CuttableWire(int port) throws IOException {
        this.server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        run(() -> {
            while (true) {
                Socket near = server.accept();
                sockets.add(near);
                Socket far = new Socket(server.getInetAddress(), port);
                sockets.add(far);
                farSockets.add(far);
                run(() -> relay(near, far));
                run(() -> relay(far, near));
            }
        });
    }

    /** Passes on all bytes and then the end, which is how either side learns that the other one has closed. */
    private static void relay(Socket from, Socket to) throws IOException {
        from.getInputStream().transferTo(to.getOutputStream());
        to.shutdownOutput();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Closes both ends of every connection without a word of HTTP/2. */
    public void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Lets nothing more through to the far side, which is told that nothing comes, and could still answer. */
    public void halfClose() throws IOException {
        for (Socket socket : farSockets) {
            socket.shutdownOutput();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }

    private interface Relay {
        void run() throws IOException;
    }

    private void run(Relay relay) {
        Thread thread = new Thread(() -> {
            try {
                relay.run();
            } catch (IOException closed) {
                // A closed socket is how every thread of the wire ends.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
