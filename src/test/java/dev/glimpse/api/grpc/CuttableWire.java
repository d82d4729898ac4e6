package dev.glimpse.api.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP relay that can be cut, as if the client's machine had lost its power, or fall silent, as if it had moved. */
public final class CuttableWire implements AutoCloseable {
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Socket> farSockets = new CopyOnWriteArrayList<>();
    private final Set<Socket> silent = ConcurrentHashMap.newKeySet();
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
    private void relay(Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] some = new byte[8192];
        for (int length = in.read(some); length >= 0; length = in.read(some)) {
            if (!silent.contains(from)) {
                out.write(some, 0, length);
            }
        }
        if (!silent.contains(from)) {
            to.shutdownOutput();
        }
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

    /** Lets nothing through on the connections there are, which stay open; later ones carry. */
    public void silence() {
        silent.addAll(sockets);
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
