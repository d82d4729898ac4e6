package dev.glimpse.api.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.GenerationRequest;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'steps':0 | steps | steps: 0 (expected: at least 1)",
                "'steps':'4' | steps | steps: 4 (expected: a whole number)",
                "'steps':2.5 | steps | steps: 2.5 (expected: a whole number)",
                "'steps':99999999999 | steps | steps: 99999999999 (expected: a whole number)",
                "'count':0 | count | count: 0 (expected: at least 1)",
                "'gamma':2 | gamma | gamma: 2.0 (expected: 0..1)",
                "'gamma':'0' | gamma | gamma: 0 (expected: a number)",
                "'gamma':0.5,'sampler':'exact' | gamma | gamma: 0.5 (expected: 0 or absent with sampler exact)",
                "'sampler':'euler' | sampler | sampler: euler (expected: one of exact, gamma, cm, two_jump, heun)",
                "'preview':'EXACT' | preview | preview: EXACT (expected: one of exact, free, state, none)",
                "'format':'jpeg' | format | format: jpeg (expected: one of png, raw_u8, raw_f32)",
                "'seed':'-1' | seed | seed: -1 (expected: a whole number 0..18446744073709551615)",
                "'seed':18446744073709551616 | seed | seed: 18446744073709551616 (expected: a whole number"
                        + " 0..18446744073709551615)",
                "'seed':1.5 | seed | seed: 1.5 (expected: a whole number 0..18446744073709551615)",
                "'model':7 | model | model: 7 (expected: a string)",
                "'class':true | class | class: true (expected: a whole number)",
                "'class_index':'7' | class_index | class_index: 7 (expected: a whole number)",
                "'class_name':7 | class_name | class_name: 7 (expected: a string)",
                "'class':1,'class_name':'Bag' | class_name | class_name: given twice (expected: one of class,"
                        + " class_index, class_name)",
                "'timeout_ms':0 | timeout_ms | timeout_ms: 0 (expected: at least 1)"
            })
    void fieldThatCannotBeServedIsNamedWithWhatWasExpected(String json, String field, String message) {
        ClientMessage.Unreadable refused = refused(generate(json));

        assertThat(refused.id()).contains("g1");
        assertThat(refused.failure().field()).isEqualTo(field);
        assertThat(refused.failure().message()).isEqualTo(message);
    }

    @Test
    void unknownFieldIsRefusedByName() {
        ClientMessage.Unreadable refused = refused(generate("'stepz':4"));

        assertThat(refused.failure().field()).isEqualTo("stepz");
        assertThat(refused.failure().message()).startsWith("stepz: unknown field (expected: one of churn, class, ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "7", "null", "\"generate\"", "{} {}", "{\"type\":{1:2}}", "[{\"a\" \"b\"}]"})
    void textThatIsNoJsonObjectIsRefused(String text) {
        ClientMessage.Unreadable refused = refused(text);

        assertThat(refused.id()).isEmpty();
        assertThat(refused.failure().message()).isEqualTo("message: " + text + " (expected: a JSON object)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{} | null", "{\"type\":\"start\",\"id\":\"g1\"} | start"})
    void unknownTypeIsRefused(String text, String type) {
        ClientMessage.Unreadable refused = refused(text);

        assertThat(refused.id()).isEmpty();
        assertThat(refused.failure().message())
                .isEqualTo("type: " + type + " (expected: one of generate, refine, pause, resume, cancel)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"generate", "cancel"})
    void messageWithoutAnIdIsRefused(String type) {
        assertThat(refused("{\"type\":\"" + type + "\"}").failure().message())
                .isEqualTo("id:  (expected: 1..64 characters)");
    }

    @Test
    void longValueIsNotRepeatedInFull() {
        assertThat(refused(generate("'sampler':'" + "x".repeat(1000) + "'"))
                        .failure()
                        .message())
                .hasSizeLessThan(150);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'seed':'18446744073709551615'", "'seed':18446744073709551615"})
    void seedHasAll64BitsAsTextAndAsNumber(String json) {
        assertThat(request(json).seed()).isEqualTo(OptionalLong.of(-1));
    }

    @Test
    void classIsAnIndexOrAName() {
        assertThat(request("'class':7").label()).isEqualTo(Optional.of(new ClassLabel.Index(7)));
        assertThat(request("'class':'Bag'").label()).isEqualTo(Optional.of(new ClassLabel.Name("Bag")));
        assertThat(request("'class_index':7").label()).isEqualTo(Optional.of(new ClassLabel.Index(7)));
        assertThat(request("'class_name':'Bag'").label()).isEqualTo(Optional.of(new ClassLabel.Name("Bag")));
    }

    private static String generate(String fields) {
        return ("{'type':'generate','id':'g1'," + fields + "}").replace('\'', '"');
    }

    private static GenerationRequest request(String fields) {
        return ((ClientMessage.Generate) MessageReader.read(generate(fields))).request();
    }

    private static ClientMessage.Unreadable refused(String text) {
        return (ClientMessage.Unreadable) MessageReader.read(text);
    }
}
