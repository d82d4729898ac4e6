package dev.glimpse.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LastAnswerTest {
    private boolean ending;
    private final EmbeddedChannel connection = new EmbeddedChannel(new LastAnswer(() -> ending));

    @AfterEach
    void closeConnection() {
        connection.finishAndReleaseAll();
    }

    @Test
    void answersBeforeTheFarewellKeepTheirConnection() {
        ask();

        assertThat(answer(HttpResponseStatus.OK)).isNull();
    }

    @Test
    void theOneBehindTheFarewellEndsIt() {
        ask();
        ending = true;

        assertThat(answer(HttpResponseStatus.CONTINUE)).isNull();
        assertThat(answer(HttpResponseStatus.OK)).isEqualTo("close");
    }

    /** A client need not read what comes behind an answer that ends its connection. */
    @Test
    void requestsThatWaitBehindAnotherAreAnsweredBeforeTheLastOne() {
        ask();
        ask();
        ending = true;

        assertThat(answer(HttpResponseStatus.OK)).isNull();
        assertThat(answer(HttpResponseStatus.NOT_FOUND)).isEqualTo("close");
    }

    @Test
    void anUpgradeStaysWhatItIs() {
        ask();
        ending = true;

        assertThat(answer(HttpResponseStatus.SWITCHING_PROTOCOLS)).isNull();
    }

    private void ask() {
        connection.writeInbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
    }

    /** What an answer says of its connection. */
    private String answer(HttpResponseStatus status) {
        connection.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status));
        HttpResponse written = connection.readOutbound();
        return written.headers().get(HttpHeaderNames.CONNECTION);
    }
}
