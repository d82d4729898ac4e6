package dev.glimpse.api.rpc;

import com.google.protobuf.Message;

/** The messages of a call that has been refused already. */
final class Unheard<Q extends Message> implements StreamingCall.Inbound<Q> {
    @Override
    public void received(Q request) {}

    @Override
    public void halfClosed() {}
}
