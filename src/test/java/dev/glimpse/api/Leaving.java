package dev.glimpse.api;

/** A way in which a client leaves. */
enum Leaving {
    /** gRPC: the stream is reset as cancelled, which is what clients do. */
    GRPC_CANCEL,
    /** gRPC: the stream is reset without an error, as some proxies do. */
    GRPC_RESET_NO_ERROR,
    /** gRPC: the stream is reset as refused. */
    GRPC_RESET_REFUSED,
    /** gRPC: the connection is gone without a word. */
    GRPC_CONNECTION_LOST,
    /** A session's message, while its call goes on. */
    SESSION_STOP,
    /** The session's stream is reset. */
    SESSION_CANCEL,
    /** The session's connection is gone without a word. */
    SESSION_CONNECTION_LOST,
    /** A message over the socket, which stays open. */
    SOCKET_CANCEL,
    /** The closing handshake. */
    SOCKET_CLOSE,
    /** The socket's connection is gone without a word. */
    SOCKET_CONNECTION_LOST,
    /** Events: the stream is reset as cancelled, over HTTP/2. */
    EVENTS_CANCEL,
    /** Events: the connection is closed, over HTTP/1.1. */
    EVENTS_CLOSE,
    /** Events: the connection is gone without a word. */
    EVENTS_CONNECTION_LOST,
    /** REST: the connection is closed before the answer. */
    REST_CLOSE,
    /** A stream of inference is reset. */
    INFER_CANCEL;

    boolean grpc() {
        return name().startsWith("GRPC");
    }

    boolean plainHttp() {
        return name().startsWith("EVENTS") || name().startsWith("REST");
    }

    boolean session() {
        return name().startsWith("SESSION");
    }
}
