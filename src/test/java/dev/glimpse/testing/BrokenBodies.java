package dev.glimpse.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Requests over HTTP/1.1 whose bodies cannot be read. */
public enum BrokenBodies {
    NO_BOUNDARY(400, "Content-Type: multipart/form-data", "{}"),
    UNKNOWN_PART(
            400,
            "Content-Type: multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: none\r\n\r\nb\r\n--x--\r\n"),
    NO_FORM(400, "Content-Type: application/x-www-form-urlencoded", "a=%zz"),
    UNKNOWN_EXPECT(417, "Content-Type: application/json\r\nExpect: tea", "{}");

    private final int status;
    private final String headers;
    private final String body;

    BrokenBodies(int status, String headers, String body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** The status that such a request is to be answered with. */
    public int status() {
        return status;
    }

    /** The whole answer. */
    public String send(int port, String path) throws IOException {
        try (Socket socket = connect(port)) {
            write(socket, path, headers, body.length(), body);
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** Leaves in the middle of a body. */
    public static void leave(int port, String path) throws IOException {
        try (Socket socket = connect(port)) {
            write(socket, path, "Content-Type: application/json", 1000, "{");
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void write(Socket socket, String path, String headers, int length, String body) throws IOException {
        String request = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers
                + "\r\nContent-Length: " + length + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }
}
