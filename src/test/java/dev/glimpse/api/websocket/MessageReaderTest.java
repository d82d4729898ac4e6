package dev.glimpse.api.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.EditRequest;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import java.time.Duration;
import java.util.List;
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
                "'steps':99999999999 | steps | steps: 99999999999 (expected: a whole number"
                        + " -2147483648..2147483647)",
                "'steps':99999999999999999999 | steps | steps: 99999999999999999999 (expected: a whole number"
                        + " -2147483648..2147483647)",
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
                "'class':1,'class_name':'Bag' | class_name | class_name: given beside class (expected: one of class,"
                        + " class_index, class_name)",
                "'gamma_form':'own' | gamma_form | gamma_form: own (expected: one of official, paper)",
                "'churn':{'amount':-1},'sampler':'heun' | churn.amount | churn.amount: -1.0 (expected: at least 0, finite)",
                "'churn':{'amount':'1'} | churn.amount | churn.amount: 1 (expected: a number)",
                "'churn':{'amount':1} | churn.amount | churn.amount: 1.0 (expected: absent, or sampler heun)",
                "'churn':{'size':1} | churn.size | churn.size: unknown field (expected: one of amount, max_t, min_t,"
                        + " noise)",
                "'churn':7 | churn | churn: 7 (expected: an object)",
                "'knots':[] | knots | knots: none (expected: at least 1)",
                "'knots':['80'] | knots | knots: 80 (expected: numbers)",
                "'knots':{'grid':18,'indices':[0.5]} | knots.indices | knots.indices: 0.5 (expected: whole numbers)",
                "'knots':{'grid':18,'indices':[18]} | knots | knots: 18 (expected: indices 0..17)",
                "'knots':[80,0.002],'steps':2 | steps | steps: 2 (expected: absent, since knots are given)",
                "'edit':{} | edit.kind | edit.kind: none (expected: one of inpaint, colorize, upscale, stroke,"
                        + " interpolate)",
                "'edit':{'kind':'stroke'} | edit.image | edit.image: none (expected: a picture in base64)",
                "'edit':{'kind':'stroke','image':'?'} | edit.image | edit.image: ? (expected: a picture in base64)",
                "'edit':{'kind':'colorize','image':'AQ==','mask':'AQ=='} | edit.mask | edit.mask: given (expected: none"
                        + " with kind colorize, which takes format, image, kind)",
                "'edit':{'kind':'interpolate','to_seed':7,'factor':4} | edit.factor | edit.factor: given (expected: none"
                        + " with kind interpolate, which takes kind, to_seed)",
                "'edit':{'kind':'interpolate'} | edit.to_seed | edit.to_seed: none (expected: a whole number of 64 bits)",
                "'edit':{'kind':'stroke','image':'','format':'raw_f32'} | edit.format | edit.format: raw_f32 (expected:"
                        + " png or raw_u8)",
                "'timeout_ms':0 | timeout_ms | timeout_ms: 0 (expected: at least 1)"
            })
    void fieldThatCannotBeServedIsNamedWithWhatWasExpected(String json, String field, String message) {
        ClientMessage.Unreadable refused = refused(generate(json));

        assertThat(refused.id()).contains("g1");
        assertThat(refused.failure().field()).isEqualTo(field);
        assertThat(refused.failure().message()).isEqualTo(message);
    }

    /** As clients send that write every field that they know of. */
    @Test
    void fieldsThatAreNullAreAbsentWhicheverRequestTheyAreOf() {
        assertThat(request("'steps':4,'resume_token':null")).isEqualTo(request("'steps':4"));
        String resume = "{\"type\":\"generate\",\"id\":\"g1\",\"resume_token\":\"t\"";
        assertThat(MessageReader.read(resume + ",\"steps\":null}")).isEqualTo(MessageReader.read(resume + "}"));
    }

    @Test
    void unknownFieldIsRefusedByName() {
        ClientMessage.Unreadable refused = refused(generate("'stepz':4"));

        assertThat(refused.failure().field()).isEqualTo("stepz");
        assertThat(refused.failure().message()).startsWith("stepz: unknown field (expected: one of churn, class, ");
    }

    /** Who looks at a message on its way may see the first, and Vert.x would take the last. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'steps':4,'steps':64 | steps",
                "'steps':4,'st\\u0065ps':4 | steps",
                "'steps':null,'steps':4 | steps",
                "'churn':{'amount':1,'noise':1,'amount':2} | churn.amount",
                "'knots':[{'a':{'b':1,'b':2}}] | knots.a.b"
            })
    void fieldThatIsThereTwiceIsRefusedByName(String json, String field) {
        ClientMessage.Unreadable refused = refused(generate(json));

        assertThat(refused.failure().field()).isEqualTo(field);
        assertThat(refused.failure().message()).isEqualTo(field + ": given twice (expected: once)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "7",
                "null",
                "\"generate\"",
                "{} {}",
                "{}]",
                "{\"type\":{1:2}}",
                "[{\"a\" \"b\"}]",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":[1,]}",
                "{\"a\":NaN}",
                "{/* x */}",
                "{} // x"
            })
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

    @ParameterizedTest
    @ValueSource(strings = {"'steps':4", "'steps':4.0", "'steps':4e0"})
    void wholeNumberMayBeWrittenWithAPoint(String steps) {
        assertThat(request(steps).plan().knots()).isEqualTo(new Knots.Karras(4));
    }

    @Test
    void longValueIsNotRepeatedInFull() {
        assertThat(refused(generate("'sampler':'" + "x".repeat(1000) + "'"))
                        .failure()
                        .message())
                .hasSizeLessThan(150);
    }

    @Test
    void longValueIsNotCutWithinACharacter() {
        String value = "x".repeat(63) + "\uD83D\uDE00".repeat(2);

        assertThat(refused(generate("'preview':'" + value + "'")).failure().message())
                .startsWith("preview: " + "x".repeat(63) + "... (expected: ");
        assertThat(refused(generate("'preview':'x" + value + "'")).failure().message())
                .startsWith("preview: " + "x".repeat(64) + "... (expected: ");
        assertThat(refused(generate("'preview':'" + value.substring(1) + "'"))
                        .failure()
                        .message())
                .startsWith("preview: " + value.substring(1, 65) + "... (expected: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483647", "99999999999", "1e11", "99999999999999999999"})
    void patienceBeyondEveryBoundIsTheLongest(String millis) {
        assertThat(request("'timeout_ms':" + millis).timeout()).contains(Duration.ofMillis(Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'seed':'18446744073709551615'", "'seed':18446744073709551615"})
    void seedHasAll64BitsAsTextAndAsNumber(String json) {
        assertThat(request(json).seed()).isEqualTo(OptionalLong.of(-1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'seed':1000.0", "'seed':1e3", "'seed':'1000'"})
    void seedMayBeWrittenAsSomeWritersOfJsonDo(String json) {
        assertThat(request(json).seed()).isEqualTo(OptionalLong.of(1000));
    }

    @Test
    void classIsAnIndexOrAName() {
        assertThat(request("'class':7").label()).isEqualTo(Optional.of(new ClassLabel.Index(7, "class")));
        assertThat(request("'class':'Bag'").label()).isEqualTo(Optional.of(new ClassLabel.Name("Bag", "class")));
        assertThat(request("'class_index':7").label()).isEqualTo(Optional.of(new ClassLabel.Index(7)));
        assertThat(request("'class_name':'Bag'").label()).isEqualTo(Optional.of(new ClassLabel.Name("Bag")));
    }

    @Test
    void planMayNameItsSamplerChurnAndKnots() {
        PlanRequest plan = request("'sampler':'heun','churn':{'amount':3,'max_t':50},'knots':[80,1,0.002]")
                .plan();
        assertThat(plan.sampler()).contains(Sampler.HEUN);
        assertThat(plan.churn()).isEqualTo(new Churn(3, 0, 50, 1));
        assertThat(plan.knots()).isEqualTo(new Knots.Times(List.of(80.0, 1.0, 0.002)));
        assertThat(request("'knots':{'grid':18,'indices':[0,5,17]}").plan().knots())
                .isEqualTo(new Knots.OnGrid(18, List.of(0, 5, 17)));
        assertThat(request("'gamma':0.5,'gamma_form':'paper'").plan().form()).isEqualTo(GammaForm.PAPER);
    }

    @Test
    void editMayBringPicturesInBase64() {
        EditRequest edit = request(
                        "'edit':{'kind':'inpaint','image':'AQID','mask':'BA==','format':'raw_u8','factor':null}")
                .edit()
                .orElseThrow();
        EditRequest.Inpaint inpaint = (EditRequest.Inpaint) edit;
        assertThat(inpaint.image().bytes()).containsExactly(1, 2, 3);
        assertThat(inpaint.mask().bytes()).containsExactly(4);
        assertThat(inpaint.mask().format()).isEqualTo(ImageFormat.RAW_U8);
        assertThat(request("'edit':{'kind':'interpolate','to_seed':'18446744073709551615'}")
                        .edit())
                .contains(new EditRequest.Interpolate(-1));
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
