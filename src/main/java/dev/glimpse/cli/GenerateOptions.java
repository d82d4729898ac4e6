package dev.glimpse.cli;

import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.PreviewKind;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that make a request; the server, which knows its models and limits, is the one to refuse a value. */
final class GenerateOptions {
    private static final Pattern INDEX = Pattern.compile("[0-9]{1,9}");
    /** What a server says first of a field that was filled from an option. */
    private static final Pattern FIELD = Pattern.compile("(model|class_name|class_index|sampler|steps|gamma|gamma_form"
            + "|knots|knots\\.grid|churn\\.[a-z_]+|seed|count|preview): .*");

    /** Names of the previews as they are typed. */
    enum PreviewName {
        exact(PreviewKind.PREVIEW_KIND_EXACT),
        free(PreviewKind.PREVIEW_KIND_FREE),
        state(PreviewKind.PREVIEW_KIND_STATE),
        none(PreviewKind.PREVIEW_KIND_NONE);

        private final PreviewKind wire;

        PreviewName(PreviewKind wire) {
            this.wire = wire;
        }
    }

    @Option(names = "--model", paramLabel = "NAME", description = "Model to use; default: the server's default.")
    private Optional<String> model = Optional.empty();

    @Option(
            names = "--label",
            paramLabel = "CLASS",
            description =
                    "Class of the pictures: a number is its index, anything else its name; default: drawn for each"
                            + " picture from the seed.")
    private Optional<String> label = Optional.empty();

    @Mixin
    private PlanOptions refining = new PlanOptions();

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            converter = SeedConverter.class,
            description = "Key of all noise, an unsigned 64-bit number; default: the server draws one.")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--count", paramLabel = "N", description = "Pictures to generate; default: 1.")
    private Optional<Integer> count = Optional.empty();

    @Option(
            names = "--preview",
            paramLabel = "KIND",
            description = "What is shown before the end: ${COMPLETION-CANDIDATES}; default: exact.")
    private Optional<PreviewName> preview = Optional.empty();

    /** The request, with only those fields that were typed. */
    GenerateRequest request() {
        GenerateRequest.Builder request = GenerateRequest.newBuilder();
        model.ifPresent(request::setModel);
        label.ifPresent(value -> {
            if (INDEX.matcher(value).matches()) {
                request.setClassIndex(Integer.parseInt(value));
            } else {
                request.setClassName(value);
            }
        });
        WirePlan.write(refining, request);
        seed.ifPresent(request::setSeed);
        count.ifPresent(value -> request.setCount(WirePlan.unsigned("--count", value, 1)));
        preview.ifPresent(name -> request.setPreview(name.wire));
        return request.build();
    }

    /** A server's complaint about a field as one about the option that it was typed with, where there is one. */
    static String typed(String message) {
        Matcher named = FIELD.matcher(message);
        if (!named.matches()) {
            return message;
        }
        String field = named.group(1);
        return field.startsWith("class_")
                ? "--label" + message.substring(field.length())
                : PlanOptions.typed(field, message);
    }
}
