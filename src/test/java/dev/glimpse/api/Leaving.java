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
    /** gRPC: the client's side of the connection is closed, and the server's not. */
    GRPC_CONNECTION_HALF_CLOSED,
    /** gRPC: the client waits, but no longer than it said. */
    GRPC_TIMEOUT,
    /** gRPC: a client that takes nothing of what it is sent, and then is gone without a word. */
    GRPC_STALLED_AND_LOST,
    /** A session's message, while its call goes on. */
    SESSION_STOP,
    /** The session's stream is reset. */
    SESSION_CANCEL,
    /** The session's connection is gone without a word. */
    SESSION_CONNECTION_LOST,
    /** The client's side of the session's connection is closed, and the server's not. */
    SESSION_CONNECTION_HALF_CLOSED,
    /** The session of a client that takes nothing of what it is sent, and then is gone without a word. */
    SESSION_STALLED_AND_LOST,
    /** A message over the socket, which stays open. */
    SOCKET_CANCEL,
    /** The closing handshake. */
    SOCKET_CLOSE,
    /** The socket's connection is gone without a word. */
    SOCKET_CONNECTION_LOST,
    /** The client's side of the socket's connection is closed, and the server's not. */
    SOCKET_CONNECTION_HALF_CLOSED,
    /** Events: the stream is reset as cancelled, over HTTP/2. */
    EVENTS_CANCEL,
    /** Events: the connection is closed, over HTTP/1.1. */
    EVENTS_CLOSE,
    /** Events: the connection is gone without a word. */
    EVENTS_CONNECTION_LOST,
    /** Events: the client's side of the connection is closed, and the server's not. */
    EVENTS_CONNECTION_HALF_CLOSED,
    /** Events: a client that takes nothing of what it is sent, over HTTP/2, and then is gone without a word. */
    EVENTS_STALLED_AND_LOST,
    /** REST: the connection is closed before the answer. */
    REST_CLOSE,
    /** A stream of inference is reset. */
    INFER_CANCEL;

    boolean grpc() {
        return name().startsWith("GRPC");
    }

    /** Whether the client takes nothing of what it is sent. */
    boolean stalled() {
        return name().contains("STALLED");
    }

    boolean plainHttp() {
        return name().startsWith("EVENTS") || name().startsWith("REST");
    }

    boolean session() {
        return name().startsWith("SESSION");
    }
}
