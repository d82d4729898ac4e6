package dev.glimpse.testing;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP relay that cancels a call in the server's name once some of its answer has come, as a proxy may. */
public final class ResettingProxy implements AutoCloseable {
    private static final int FRAMES = 3;
    private static final int HEAD_BYTES = 9;
    private static final int CANCEL = 8;

    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ServerSocket server;

    /** Relays to a port of this machine. */
    public ResettingProxy(int port) throws IOException {
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        run(() -> {
            while (true) {
                Socket near = server.accept();
                Socket far = new Socket(server.getInetAddress(), port);
                sockets.addAll(List.of(near, far));
                run(() -> {
                    near.getInputStream().transferTo(far.getOutputStream());
                    far.close();
                });
                run(() -> relayAndReset(far, near));
            }
        });
    }

    private static void relayAndReset(Socket from, Socket to) throws IOException {
        DataInputStream in = new DataInputStream(from.getInputStream());
        OutputStream out = to.getOutputStream();
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
        int frames = 0;
        while (frames < FRAMES) {
            in.readFully(head.array());
            out.write(head.array());
            out.write(in.readNBytes(head.getInt(0) >>> 8));
            if (head.get(3) == RawHttp2.DATA) {
                frames++;
            }
        }
        ByteBuffer reset = ByteBuffer.allocate(HEAD_BYTES + 4);
        reset.putInt(4 << 8 | RawHttp2.RST_STREAM).put((byte) 0);
        out.write(reset.putInt(head.getInt(5)).putInt(CANCEL).array());
    }

    public int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private interface Relay {
        void run() throws IOException;
    }

    private static void run(Relay relay) {
        Thread thread = new Thread(() -> {
            try {
                relay.run();
            } catch (IOException closed) {
                // A closed socket is how every thread of the proxy ends.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
