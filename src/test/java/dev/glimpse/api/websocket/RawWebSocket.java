package dev.glimpse.api.websocket;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The few bytes of RFC 6455 that a test needs to behave worse than a client library would. */
final class RawWebSocket {
    private RawWebSocket() {}

    static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    /** Breaks the connection without a goodbye. */
    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /**
     * Asks for the upgrade.
     *
     * @param headers further header lines, each ended by CR LF
     * @return the answer's status line and header
     */
    static String handshake(Socket socket, String headers) throws IOException {
        return handshake(socket, 13, headers);
    }

    /** The same in a version of the protocol. */
    static String handshake(Socket socket, int version, String headers) throws IOException {
        String request = "GET " + WebSocketDoor.PATH + " HTTP/1.1\r\nHost: 127.0.0.1:" + socket.getPort()
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: " + version + "\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" + headers + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        while (!header.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int read = socket.getInputStream().read();
            if (read == -1) {
                throw new IOException("the server closed the connection during the handshake");
            }
            header.write(read);
        }
        return header.toString(StandardCharsets.US_ASCII);
    }

    /** Sends a short text message, masked with zeros. */
    static void sendText(Socket socket, String text) throws IOException {
        sendText(socket, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same of bytes that need not be UTF-8. */
    static void sendText(Socket socket, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0x81);
        frame.write(0x80 | payload.length);
        frame.write(new byte[4]);
        frame.write(payload);
        socket.getOutputStream().write(frame.toByteArray());
    }

    /** Sends pings, as long as they can be. */
    static void sendPings(Socket socket, int count) throws IOException {
        byte[] pings = new byte[count * 131];
        for (int i = 0; i < count; i++) {
            pings[131 * i] = (byte) 0x89;
            pings[131 * i + 1] = (byte) (0x80 | 125);
        }
        socket.getOutputStream().write(pings);
    }

    /** Says goodbye, or answers one. */
    static void sendClose(Socket socket) throws IOException {
        socket.getOutputStream().write(new byte[] {(byte) 0x88, (byte) 0x80, 0, 0, 0, 0});
    }

    /** Announces a text message of a length that takes 16 bits or 64. */
    static void sendHeaderOfText(Socket socket, long length) throws IOException {
        ByteBuffer header = length < 1 << 16
                ? ByteBuffer.allocate(8).put((byte) 0x81).put((byte) 0xfe).putShort((short) length)
                : ByteBuffer.allocate(14).put((byte) 0x81).put((byte) 0xff).putLong(length);
        socket.getOutputStream().write(header.array());
    }
}
