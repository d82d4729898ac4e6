package dev.glimpse.fleet;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One connection of HTTP/2, frame by frame, without a library that would answer by itself. */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int GOAWAY = 7;
    static final int END_STREAM = 1;

    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int INITIAL_WINDOW_SIZE = 4;
    /** So much that no answer here ever waits for more. */
    private static final int WINDOW = 1 << 24;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    /** What a server sends: type, flags, stream and what is in it, as HTTP/2 numbers them. */
    record Frame(int type, int flags, int stream, byte[] payload) {}

    RawHttp2(int port, Duration longest) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) longest.toMillis());
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] window = {0, INITIAL_WINDOW_SIZE, WINDOW >> 24, (byte) (WINDOW >> 16), 0, 0};
        send(SETTINGS, 0, 0, window);
        send(WINDOW_UPDATE, 0, 0, new byte[] {WINDOW >> 24, (byte) (WINDOW >> 16), 0, 0});
    }

    /** Calls a method of gRPC with one message, as stream 1. */
    void call(String path, byte[] message) throws IOException {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        header(headers, ":method", "POST");
        header(headers, ":scheme", "http");
        header(headers, ":path", path);
        header(headers, ":authority", "localhost");
        header(headers, "te", "trailers");
        header(headers, "content-type", "application/grpc");
        send(HEADERS, END_HEADERS, 1, headers.toByteArray());
        byte[] framed = new byte[5 + message.length];
        framed[4] = (byte) message.length;
        System.arraycopy(message, 0, framed, 5, message.length);
        send(DATA, END_STREAM, 1, framed);
    }

    /** A literal that neither side remembers, of names and values that one byte tells the length of. */
    private static void header(ByteArrayOutputStream headers, String name, String value) {
        headers.write(0);
        headers.write(name.length());
        headers.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        headers.write(value.length());
        headers.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    /** The next frame that is no matter of the connection's own settings. */
    Frame next() throws IOException {
        while (true) {
            int start = in.readInt();
            int length = start >>> 8;
            int type = start & 0xFF;
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            if (type == SETTINGS && flags != ACK) {
                send(SETTINGS, ACK, 0, new byte[0]);
            }
            if (type == DATA || type == HEADERS || type == GOAWAY || type == RST_STREAM) {
                return new Frame(type, flags, stream, payload);
            }
        }
    }

    private void send(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeInt(payload.length << 8 | type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
