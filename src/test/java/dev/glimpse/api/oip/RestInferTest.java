package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.math.Churn;
import dev.glimpse.math.Knots;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Inference: what its inputs become in the request that the core is asked for, and what its answer holds. */
@Timeout(60)
class RestInferTest extends RestFixture {
    @Test
    void inferenceInJsonIsAnsweredInJson() throws Exception {
        var answer = sending(
                post(
                        MODEL + "/infer",
                        "{'id':'mine','inputs':["
                                + "{'name':'seed','datatype':'UINT64','shape':[1],'data':[18446744073709551615]},"
                                + "{'name':'steps','datatype':'INT32','shape':[1,1],'data':[[3]]},"
                                + "{'name':'count','datatype':'INT32','shape':[1],'data':[2]}],"
                                + "'parameters':{'timeout':2000000},'outputs':[{'name':'image'},{'name':'nfe'},{'name':'seed'}]}"));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 2);

        HttpResponse<byte[]> response = answer.get(10, TimeUnit.SECONDS);
        assertThat(request.seed()).hasValue(-1);
        assertThat(request.timeout()).contains(Duration.ofSeconds(2));
        assertThat(request.preview()).isEqualTo(PreviewKind.NONE);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        JsonObject json = json(response);
        assertThat(json.getString("id")).isEqualTo("mine");
        assertThat(json.getString("model_name")).isEqualTo("shapes");
        JsonArray outputs = json.getJsonArray("outputs");
        assertThat(outputs.getJsonObject(0).getJsonArray("shape")).isEqualTo(new JsonArray("[2,4,6,1]"));
        assertThat(outputs.getJsonObject(0).getJsonArray("data"))
                .hasSize(48)
                .startsWith(200)
                .endsWith(201);
        assertThat(outputs.getJsonObject(1).getJsonArray("data").getInteger(0)).isEqualTo(6);
        assertThat(outputs.getJsonObject(2).getJsonArray("data")).hasToString("[18446744073709551615]");
    }

    @Test
    void aTensorMayTellItsContentTypeAndNoDataOfItsOwn() throws Exception {
        var answer = sending(post(
                MODEL + "/infer",
                "{'inputs':[{'name':'class_name','datatype':'BYTES','shape':[1],'data':['Ring'],"
                        + "'parameters':{'content_type':'str','headers':null},'head':null}],"
                        + "'outputs':[{'name':'nfe','parameters':{'content_type':'np'},'data':null}]}"));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 1);

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(request.label()).contains(new ClassLabel.Name("Ring"));
    }

    /** As the client that the protocol's own description is made into sends them. */
    @Test
    void numbersMayAllBeWrittenWithAPoint() throws Exception {
        var answer = sending(post(
                MODEL + "/infer",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':[2.0]},"
                        + "{'name':'seed','datatype':'UINT64','shape':[1],'data':[9007199254740992.0]},"
                        + "{'name':'gamma','datatype':'FP32','shape':[1],'data':[1]},"
                        + "{'name':'deterministic','datatype':'BOOL','shape':[1],'data':[0.0]}]}"));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 1);

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(request.plan().steps()).isEqualTo(2);
        assertThat(request.seed()).hasValue(1L << 53);
        assertThat(request.plan().gamma()).hasValue(1);
        assertThat(request.deterministic()).isFalse();
    }

    @Test
    void churnAndPlacesOnAGridAreInputsOfTheirOwn() throws Exception {
        var answer = sending(post(
                MODEL + "/infer",
                "{'inputs':[{'name':'sampler','datatype':'BYTES','shape':[1],'data':['heun']},"
                        + "{'name':'churn_amount','datatype':'FP64','shape':[1],'data':[10]},"
                        + "{'name':'churn_max_t','datatype':'FP64','shape':[1],'data':[50]},"
                        + "{'name':'knots_grid','datatype':'INT32','shape':[1],'data':[18]},"
                        + "{'name':'knots_indices','datatype':'INT32','shape':[3],'data':[0,9,17]}],"
                        + "'parameters':{'churn_noise':1.003}}"));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 1);

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(request.plan().churn()).isEqualTo(new Churn(10, 0, 50, 1.003));
        assertThat(request.plan().knots()).isEqualTo(new Knots.OnGrid(18, List.of(0, 9, 17)));
    }

    @Test
    void binaryTensorsStandBehindTheJsonInBothDirections() throws Exception {
        String head = "{\"inputs\":[{\"name\":\"steps\",\"datatype\":\"INT32\",\"shape\":[1],"
                + "\"parameters\":{\"binary_data_size\":4}},"
                + "{\"name\":\"class_index\",\"datatype\":\"INT32\",\"shape\":[1],\"data\":[1]},"
                + "{\"name\":\"seed\",\"datatype\":\"UINT64\",\"shape\":[1],\"parameters\":{\"binary_data_size\":8}}],"
                + "\"outputs\":[{\"name\":\"nfe\",\"parameters\":{\"binary_data\":false}},"
                + "{\"name\":\"image\",\"parameters\":{\"binary_data\":true}}]}";
        Buffer body = Buffer.buffer(head).appendIntLE(2).appendLongLE(77);
        var answer = sending(request(server.port(), MODEL + "/infer")
                .header("Inference-Header-Content-Length", Integer.toString(head.length()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.getBytes())));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 1);

        HttpResponse<byte[]> response = answer.get(10, TimeUnit.SECONDS);
        assertThat(request.seed()).hasValue(77);
        assertThat(request.plan().steps()).isEqualTo(2);
        int length = Integer.parseInt(
                response.headers().firstValue("inference-header-content-length").orElseThrow());
        JsonArray outputs =
                new JsonObject(new String(response.body(), 0, length, StandardCharsets.UTF_8)).getJsonArray("outputs");
        assertThat(outputs.getJsonObject(0).getJsonArray("data").getInteger(0)).isEqualTo(2);
        assertThat(outputs.getJsonObject(1).getJsonObject("parameters").getInteger("binary_data_size"))
                .isEqualTo(24);
        assertThat(Arrays.copyOfRange(response.body(), length, response.body().length))
                .isEqualTo(picture(200));
    }

    @Test
    void anOutputsOwnFormGoesBeforeThatOfAllOfThem() throws Exception {
        var answer = sending(post(
                MODEL + "/infer",
                "{'parameters':{'binary_data_output':true},"
                        + "'outputs':[{'name':'nfe','parameters':{'binary_data':false}},{'name':'seed'}]}"));
        finish(generator.stream(), 1);

        HttpResponse<byte[]> response = answer.get(10, TimeUnit.SECONDS);
        int length = Integer.parseInt(
                response.headers().firstValue("inference-header-content-length").orElseThrow());
        JsonArray outputs =
                new JsonObject(new String(response.body(), 0, length, StandardCharsets.UTF_8)).getJsonArray("outputs");
        assertThat(outputs.getJsonObject(0).getJsonArray("data")).isNotEmpty();
        assertThat(outputs.getJsonObject(1).containsKey("data")).isFalse();
        assertThat(response.body()).hasSize(length + Long.BYTES);
    }
}
