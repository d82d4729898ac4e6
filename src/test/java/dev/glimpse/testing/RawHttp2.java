package dev.glimpse.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * An HTTP/2 client (RFC 9113) that writes any frames, also those that no client may, and keeps what comes back. For one
 * thread, which reads when it waits for something.
 */
public final class RawHttp2 implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;
    public static final int PADDED = 8;
    private static final int PRIORITY = 0x20;
    private static final int PRIORITY_BYTES = 5;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersEncoder packer = new DefaultHttp2HeadersEncoder((name, value) -> false);
    private final DefaultHttp2HeadersDecoder unpacker = new DefaultHttp2HeadersDecoder(false);
    private final Map<Integer, Answer> answers = new HashMap<>();
    private final List<Long> pings = new ArrayList<>();
    private final List<Long> pongs = new ArrayList<>();
    private boolean answersPings = true;
    private OptionalLong goneAway = OptionalLong.empty();
    private boolean closed;
    private int lastStream = -1;

    /** Connects, with settings of identifier and value. */
    public RawHttp2(int port, int... settings) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port), settings);
    }

    public RawHttp2(Socket socket, int... settings) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        ByteBuffer payload = ByteBuffer.allocate(settings.length / 2 * 6);
        for (int i = 0; i < settings.length; i += 2) {
            payload.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        frame(SETTINGS, 0, 0, payload.array());
    }

    /** A frame as it came. */
    public record Frame(int type, int flags, int stream, byte[] payload) {}

    /** What has come of a stream. */
    public static final class Answer {
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final Map<String, String> trailers = new LinkedHashMap<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private OptionalLong reset = OptionalLong.empty();
        private boolean ended;

        public Map<String, String> headers() {
            return headers;
        }

        public Map<String, String> trailers() {
            return trailers;
        }

        public byte[] body() {
            return body.toByteArray();
        }

        /** The messages of a gRPC call, each without the five bytes before it. */
        public List<byte[]> messages() {
            List<byte[]> messages = new ArrayList<>();
            ByteBuffer rest = ByteBuffer.wrap(body());
            while (rest.hasRemaining()) {
                rest.get();
                byte[] message = new byte[rest.getInt()];
                rest.get(message);
                messages.add(message);
            }
            return messages;
        }

        /** The code that the server reset the stream with. */
        public OptionalLong reset() {
            return reset;
        }

        /** The status of a gRPC call, from wherever it stands. */
        public int status() {
            String status =
                    headers.containsKey("grpc-status") ? headers.get("grpc-status") : trailers.get("grpc-status");
            return Integer.parseInt(String.valueOf(status));
        }

        /** Whether the server has ended or reset the stream. */
        public boolean isOver() {
            return ended || reset.isPresent();
        }
    }

    /** Writes one frame as it is. */
    public void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        out.write(frame.array());
        out.flush();
    }

    /** The number of the next stream of this client. */
    public int nextStream() {
        lastStream += 2;
        return lastStream;
    }

    /** Opens a gRPC call; further headers are names and values, in turn, and win over the usual ones. */
    public int open(String path, String... headers) throws IOException {
        int stream = nextStream();
        frame(HEADERS, END_HEADERS, stream, block(path, headers));
        return stream;
    }

    /** Opens a call, sends the bytes and closes this side. */
    public int call(String path, byte[] body, String... headers) throws IOException {
        int stream = open(path, headers);
        frame(DATA, END_STREAM, stream, body);
        return stream;
    }

    /** The packed headers of a gRPC call. */
    public byte[] block(String path, String... headers) {
        Http2Headers all = new DefaultHttp2Headers(false)
                .method("POST")
                .scheme("http")
                .authority("127.0.0.1:" + socket.getPort())
                .path(path)
                .set("content-type", "application/grpc")
                .set("te", "trailers");
        for (int i = 0; i < headers.length; i += 2) {
            all.set(headers[i], headers[i + 1]);
        }
        ByteBuf block = Unpooled.buffer();
        try {
            packer.encodeHeaders(1, all, block);
        } catch (Http2Exception e) {
            throw new IllegalArgumentException(e);
        }
        return ByteBufUtil.getBytes(block);
    }

    public void reset(int stream, long code) throws IOException {
        frame(RST_STREAM, 0, stream, number(code));
    }

    /** Lets the server send so many bytes more; stream 0 is the connection. */
    public void credit(int stream, int bytes) throws IOException {
        frame(WINDOW_UPDATE, 0, stream, number(bytes));
    }

    /** Four bytes of a number. */
    public static byte[] number(long value) {
        return ByteBuffer.allocate(4).putInt((int) value).array();
    }

    /** Sends a ping and waits for its echo. */
    public void ping(long data) throws IOException {
        frame(PING, 0, 0, ByteBuffer.allocate(8).putLong(data).array());
        while (!pongs.contains(data)) {
            read();
        }
    }

    /** From now on the server's pings are kept and not answered. */
    public void leavePingsUnanswered() {
        answersPings = false;
    }

    /** Waits until the server has sent so many pings. */
    public void awaitPings(int count) throws IOException {
        while (pings.size() < count) {
            read();
        }
    }

    /** Waits for the end of a stream. */
    public Answer answer(int stream) throws IOException {
        Answer answer = answers.computeIfAbsent(stream, s -> new Answer());
        while (!answer.isOver()) {
            read();
        }
        return answer;
    }

    /** Waits until so many bytes of a stream have come. */
    public Answer bytes(int stream, int count) throws IOException {
        Answer answer = answers.computeIfAbsent(stream, s -> new Answer());
        while (answer.body.size() < count) {
            read();
        }
        return answer;
    }

    /** Waits until the server says that it takes no more streams, and why. */
    public long goAway() throws IOException {
        while (goneAway.isEmpty()) {
            read();
        }
        return goneAway.getAsLong();
    }

    /** Waits until the server has closed the connection. */
    public void awaitClose() throws IOException {
        while (!closed) {
            try {
                read();
            } catch (EOFException | SocketException e) {
                closed = true;
            }
        }
    }

    /** Ends this side of the connection, without a word of HTTP/2. */
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** The next frame, kept and answered like all others. */
    public Frame next() throws IOException {
        return read();
    }

    private Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        Answer answer = answers.computeIfAbsent(stream, s -> new Answer());
        switch (type) {
            case DATA -> answer.body.write(payload);
            case HEADERS -> headers(answer, (flags & PRIORITY) == 0 ? 0 : PRIORITY_BYTES, payload);
            case RST_STREAM -> answer.reset = OptionalLong.of(unsigned(payload, 0));
            case GOAWAY -> goneAway = OptionalLong.of(unsigned(payload, 4));
            case PING -> pinged(flags, payload);
            case SETTINGS -> {
                if ((flags & ACK) == 0) {
                    acknowledge(SETTINGS, new byte[0]);
                }
            }
            default -> {}
        }
        if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
            answer.ended = true;
        }
        return new Frame(type, flags, stream, payload);
    }

    private void headers(Answer answer, int begin, byte[] block) {
        Map<String, String> into = answer.headers.isEmpty() ? answer.headers : answer.trailers;
        try {
            unpacker.decodeHeaders(1, Unpooled.wrappedBuffer(block, begin, block.length - begin))
                    .forEach(header -> into.put(
                            header.getKey().toString(), header.getValue().toString()));
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void pinged(int flags, byte[] payload) throws IOException {
        long data = ByteBuffer.wrap(payload).getLong();
        if ((flags & ACK) != 0) {
            pongs.add(data);
            return;
        }
        pings.add(data);
        if (answersPings) {
            acknowledge(PING, payload);
        }
    }

    private void acknowledge(int type, byte[] payload) throws IOException {
        try {
            frame(type, ACK, 0, payload);
        } catch (SocketException e) {
            // The server has closed the connection already; what it sent before can still be read.
        }
    }

    private static long unsigned(byte[] payload, int at) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(payload).getInt(at));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
