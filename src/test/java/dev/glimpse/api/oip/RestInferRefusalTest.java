package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a body of inference that cannot be served is told why. */
@Timeout(60)
class RestInferRefusalTest extends RestFixture {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{ | body: { (expected: a JSON object)",
                "{'input':[]} | input: unknown field (expected: one of id, inputs, model_name, model_version,"
                        + " outputs, parameters)",
                "{'model_name':'other','inputs':[]} | model_name: other (expected: shapes, as the address says, or none)",
                "{'model_name':7} | model_name: 7 (expected: a string)",
                "{'inputs':7} | inputs: 7 (expected: an array of objects)",
                "{'inputs':[7]} | inputs: 7 (expected: objects)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':[1,2]}]}"
                        + " | steps: more elements (expected: 1, as its shape says)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':['x']}]}"
                        + " | steps: x (expected: a whole number of type INT32)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':[2.5]}]}"
                        + " | steps: 2.5 (expected: a whole number of type INT32)",
                "{'inputs':[{'name':'steps','datatype':'INT8','shape':[1],'data':[128]}]}"
                        + " | steps: 128 (expected: a whole number of type INT8)",
                "{'inputs':[{'name':'seed','datatype':'UINT64','shape':[1],'data':[-1]}]}"
                        + " | seed: -1 (expected: a whole number of type UINT64)",
                "{'inputs':[{'name':'seed','datatype':'UINT64','shape':[1],'data':[9.223372036854776e+18]}]}"
                        + " | seed: 9.223372036854776E18 (expected: a whole number of type UINT64, in all its digits)",
                "{'inputs':[{'name':'class_name','datatype':'INT8','shape':[1],'data':['Ring']}]}"
                        + " | class_name: Ring (expected: a whole number of type INT8)",
                "{'inputs':[{'name':'class_name','datatype':'BYTES','shape':[1],'data':[5.0]}]}"
                        + " | class_name: 5.0 (expected: a string of type BYTES)",
                "{'inputs':[{'name':'gamma','datatype':'FP64','shape':[1],'data':['0.5']}]}"
                        + " | gamma: 0.5 (expected: a number of type FP64)",
                "{'inputs':[{'name':'seed','datatype':'FP16','shape':[1],'data':[70001]}]}"
                        + " | seed: 70001 (expected: binary data of type FP16)",
                "{'inputs':[{'name':'gamma','datatype':'BF16','shape':[1],'data':[1e300]}]}"
                        + " | gamma: 1.0E300 (expected: binary data of type BF16)",
                "{'inputs':[{'name':'deterministic','datatype':'BOOL','shape':[1],'data':[2]}]}"
                        + " | deterministic: 2 (expected: true or false of type BOOL)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':{}}]}"
                        + " | steps.data: {} (expected: arrays of elements)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[0.5],'data':[]}]}"
                        + " | steps.shape: 0.5 (expected: whole numbers)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'parameters':{'binary_data_size':4}}]}"
                        + " | steps.binary_data_size: 4 (expected: 0..0, which are left)",
                "{'outputs':[{'name':'text'}]} | outputs: text (expected: of image, labels, seed, nfe, plan)",
                "{'outputs':[{'name':'image'},{'name':'image','parameters':{'binary_data':true}}]}"
                        + " | outputs: image given twice (expected: each once)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'parameters':{'shared_memory_region':'r',"
                        + "'shared_memory_byte_size':4}}]} | steps.parameters.shared_memory_byte_size: given (expected:"
                        + " none, as this server shares no memory with its clients)",
                "{'outputs':[{'name':'image','parameters':{'shared_memory_region':'r'}}]}"
                        + " | image.parameters.shared_memory_region: given (expected: none, as this server shares no"
                        + " memory with its clients)",
                "{'outputs':[{'name':'labels','parameters':{'classification':3}}]} | labels.parameters.classification:"
                        + " given (expected: none, as no output of this server is a list of scores)",
                "{'parameters':{'binary_data_output':'true'}} | binary_data_output: true (expected: true or false)",
                "{'parameters':{'binary_data_output':1}} | binary_data_output: 1 (expected: true or false)",
                "{'outputs':[{'name':'image','parameters':{'binary_data':'true'}}]}"
                        + " | image.parameters.binary_data: true (expected: true or false)",
                "{'outputs':[{'name':'image','binary_data':true}]}"
                        + " | image.binary_data: unknown field (expected: one of name, parameters)",
                "{'outputs':[{'name':'image','parameters':7}]} | image.parameters: 7 (expected: an object)",
                "{'outputs':[{'name':'image','parameters':{'binary':true}}]} | image.parameters.binary: unknown parameter"
                        + " (expected: one of binary_data, content_type)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':[1],'dims':[1]}]}"
                        + " | steps.dims: unknown field (expected: one of data, datatype, name, parameters, shape)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':[1],'parameters':{'binary_size':4}}]}"
                        + " | steps.parameters.binary_size: unknown parameter (expected: one of binary_data_size,"
                        + " content_type)",
                "{'inputs':[{'datatype':'INT32','shape':[0.5]}]} | inputs: no name (expected: one of seed, count,"
                        + " class_index, class_name, sampler, steps, gamma, gamma_form, knots, knots_grid, knots_indices,"
                        + " churn_amount, churn_min_t, churn_max_t, churn_noise, preview, quality, deterministic)",
                "{'outputs':[{}]} | outputs: no name (expected: of image, labels, seed, nfe, plan)",
                "{'parameters':{'stepz':1}} | stepz: unknown parameter (expected: one of seed, count, class_index,"
                        + " class_name, sampler, steps, gamma, gamma_form, knots, knots_grid, knots_indices,"
                        + " churn_amount, churn_min_t, churn_max_t, churn_noise, preview, quality, deterministic)",
                "{'parameters':{'churn_amount':-1}} | churn.amount: -1.0 (expected: at least 0, finite)",
                "{'inputs':[{'name':'churn_noise','datatype':'FP64','shape':[1],'data':[1]}],"
                        + "'parameters':{'churn_noise':1}} | churn_noise: given twice (expected: once)",
                "{'inputs':[{'name':'knots','datatype':'FP64','shape':[2],'data':[80,0.002]}],"
                        + "'parameters':{'knots_grid':18}} | knots_grid: given beside knots (expected: one of them)"
            })
    void whatCannotBeServedIsOneSentenceUnderFourHundred(String body, String message) throws Exception {
        HttpResponse<byte[]> response = send(post(MODEL + "/infer", body));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response)).isEqualTo(new JsonObject().put("error", message));
        assertThat(generator.waitingRequests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "99"})
    void aLengthThatIsNoneIsRefused(String length) throws Exception {
        HttpResponse<byte[]> response =
                send(post(MODEL + "/infer", "{}").header("Inference-Header-Content-Length", length));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).getString("error"))
                .isEqualTo("Inference-Header-Content-Length: " + length + " (expected: 1..2)");
    }

    @Test
    void bytesOfNoInputAreRefused() throws Exception {
        HttpResponse<byte[]> response =
                send(post(MODEL + "/infer", "{}rest").header("Inference-Header-Content-Length", "2"));

        assertThat(json(response).getString("error")).startsWith("body: bytes of no input");
    }
}
