package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.generation.InvalidFieldException;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTensorsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'inputs':[{'name':3}]} | inputs.name: 3 (expected: a string)",
                "{'inputs':[{'name':'steps','shape':['1']}]} | steps.shape: 1 (expected: numbers)",
                "{'inputs':[{'name':'steps','shape':1}]} | steps.shape: 1 (expected: an array of numbers)",
                "{'inputs':[{'name':'steps','shape':[1],'datatype':4}]} | steps.datatype: 4 (expected: a string)",
                "{'outputs':[{'name':[]}]} | outputs.name: [] (expected: a string)"
            })
    void aWrongTypeIsRefusedByTheNameOfItsTensor(String json, String message) {
        BinaryBody body = BinaryBody.of(Buffer.buffer(json.replace('\'', '"')), null);

        assertThatThrownBy(() -> JsonTensors.read(new ModelAddress("shapes", ""), body))
                .isInstanceOf(InvalidFieldException.class)
                .hasMessage(message);
    }
}
