package dev.glimpse.api.oip;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.glimpse.api.json.MessageFields;
import dev.glimpse.generation.InvalidFieldException;
import glimpse.wire.inference.InferParameter;
import glimpse.wire.inference.InferTensorContents;
import glimpse.wire.inference.ModelInferRequest;
import glimpse.wire.inference.ModelInferRequest.InferInputTensor;
import glimpse.wire.inference.ModelInferRequest.InferRequestedOutputTensor;
import glimpse.wire.inference.ModelInferResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Requests and results as messages of gRPC. */
final class WireTensors {
    /** Parameter of every answer: whether a picture in it took fewer steps than were asked for. */
    static final String SHORTENED = "shortened";

    private WireTensors() {}

    /** @throws InvalidFieldException naming the first part that cannot be read */
    static InferCall read(ModelInferRequest wire) {
        Map<String, Object> parameters = new HashMap<>();
        wire.getParametersMap().forEach((name, value) -> parameters.put(name, parameter(name, value)));
        List<InferCall.Wanted> outputs =
                wire.getOutputsList().stream().map(WireTensors::output).toList();
        return new InferCall(
                wire.getModelName(),
                wire.getModelVersion(),
                wire.getId(),
                parameters,
                inputs(wire),
                outputs.isEmpty() ? InferCall.Wanted.all(true) : outputs);
    }

    private static InferCall.Wanted output(InferRequestedOutputTensor wire) {
        Output output = Output.of(wire.getName());
        TensorParameters.requireServed(output, wire.getParametersMap().keySet());
        return new InferCall.Wanted(output, true);
    }

    private static Object parameter(String name, InferParameter value) {
        return switch (value.getParameterChoiceCase()) {
            case BOOL_PARAM -> value.getBoolParam();
            case INT64_PARAM -> TensorType.whole(value.getInt64Param());
            case STRING_PARAM -> value.getStringParam();
            case DOUBLE_PARAM -> value.getDoubleParam();
            case UINT64_PARAM -> TensorType.unsigned(value.getUint64Param());
            case PARAMETERCHOICE_NOT_SET ->
                throw new InvalidFieldException(MessageFields.abbreviated(name), "none", "a value");
        };
    }

    private static List<InputTensor> inputs(ModelInferRequest wire) {
        // Before the elements are counted: an input in shared memory has none.
        for (InferInputTensor input : wire.getInputsList()) {
            TensorParameters.requireServed(
                    Input.of(input.getName()), input.getParametersMap().keySet());
        }
        int raw = wire.getRawInputContentsCount();
        if (raw != 0 && raw != wire.getInputsCount()) {
            throw new InvalidFieldException(
                    "raw_input_contents", raw, "none, or one for each of the " + wire.getInputsCount() + " inputs");
        }
        List<InputTensor> tensors = new ArrayList<>();
        for (int i = 0; i < wire.getInputsCount(); i++) {
            InferInputTensor input = wire.getInputs(i);
            InputTensor.Head head = InputTensor.Head.of(input.getName(), input.getDatatype(), input.getShapeList());
            if (raw == 0) {
                tensors.add(head.with(contents(head, input.getContents())));
            } else if (input.hasContents()) {
                throw new InvalidFieldException(
                        input.getName() + ".contents", "given", "none beside raw_input_contents");
            } else {
                tensors.add(head.with(wire.getRawInputContents(i).asReadOnlyByteBuffer()));
            }
        }
        return tensors;
    }

    private static List<?> contents(InputTensor.Head head, InferTensorContents contents) {
        return switch (head.type()) {
            case BOOL -> contents.getBoolContentsList();
            case INT8, INT16, INT32 -> held(head, contents.getIntContentsList().stream());
            case INT64 ->
                contents.getInt64ContentsList().stream().map(TensorType::whole).toList();
            case UINT8, UINT16, UINT32 ->
                held(head, contents.getUintContentsList().stream().map(Integer::toUnsignedLong));
            case UINT64 ->
                contents.getUint64ContentsList().stream()
                        .map(TensorType::unsigned)
                        .toList();
            case FP32 ->
                contents.getFp32ContentsList().stream().map(Float::doubleValue).toList();
            case FP16, BF16 ->
                throw new InvalidFieldException(
                        head.input().title() + ".contents",
                        head.type(),
                        "raw_input_contents, as the protocol has no others of this type");
            case FP64 -> contents.getFp64ContentsList();
            case BYTES ->
                contents.getBytesContentsList().stream()
                        .map(ByteString::toStringUtf8)
                        .toList();
        };
    }

    /** Numbers of a field that holds larger ones than some of its types do. */
    private static List<?> held(InputTensor.Head head, Stream<? extends Number> numbers) {
        return numbers.map(number -> head.type().element(head.input().title(), number))
                .toList();
    }

    /** The answer with the tensors that are wanted. */
    static ModelInferResponse.Builder response(InferCall call, Output.Result result) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(result.accepted().model().name())
                .setModelVersion(result.accepted().model().version())
                .setId(call.id())
                .putParameters(SHORTENED, flag(result.shortened()));
        for (OutputTensor tensor : call.tensors(result)) {
            response.addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                            .setName(tensor.output().title())
                            .setDatatype(tensor.output().type().name())
                            .addAllShape(tensor.shape()))
                    // Nobody writes to the buffer any more, so the bytes need no copy of their own.
                    .addRawOutputContents(UnsafeByteOperations.unsafeWrap(tensor.bytes()));
        }
        return response;
    }

    static InferParameter flag(boolean value) {
        return InferParameter.newBuilder().setBoolParam(value).build();
    }

    static InferParameter whole(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    static InferParameter real(double value) {
        return InferParameter.newBuilder().setDoubleParam(value).build();
    }

    static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }
}
