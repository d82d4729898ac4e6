package dev.glimpse.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenEndedAnswerTest {
    private final EmbeddedChannel connection = new EmbeddedChannel(new OpenEndedAnswer());

    @AfterEach
    void closeConnection() {
        connection.finishAndReleaseAll();
    }

    @Test
    void itEndsWithItsConnectionAndSaysSo() {
        HttpResponse answer = answer(HttpVersion.HTTP_1_0, HttpResponseStatus.OK);
        answer.headers().set(HttpHeaderNames.CONNECTION, "keep-alive");

        connection.writeOutbound(answer);
        assertThat(answer.headers().getAll(HttpHeaderNames.CONNECTION)).containsExactly("close");
        assertThat(connection.isOpen()).isTrue();
        connection.writeOutbound(new DefaultLastHttpContent());
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void oneOfAKnownLengthKeepsItsConnection() {
        HttpResponse answer = answer(HttpVersion.HTTP_1_0, HttpResponseStatus.OK);
        answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);

        assertKept(answer);
    }

    @Test
    void soDoesOneInChunks() {
        HttpResponse answer = answer(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        answer.headers().set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");

        assertKept(answer);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 304})
    void soDoesOneThatEndsWithItsHead(int status) {
        assertKept(answer(HttpVersion.HTTP_1_0, HttpResponseStatus.valueOf(status)));
    }

    private void assertKept(HttpResponse answer) {
        connection.writeOutbound(answer, new DefaultLastHttpContent());

        assertThat(answer.headers().contains(HttpHeaderNames.CONNECTION)).isFalse();
        assertThat(connection.isOpen()).isTrue();
    }

    private static HttpResponse answer(HttpVersion version, HttpResponseStatus status) {
        return new DefaultHttpResponse(version, status);
    }
}
