package dev.glimpse.api.oip;

import com.google.protobuf.ByteString;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.math.StepPlan;
import glimpse.wire.inference.GRPCInferenceServiceGrpcClient;
import glimpse.wire.inference.InferParameter;
import glimpse.wire.inference.InferTensorContents;
import glimpse.wire.inference.ModelInferRequest;
import glimpse.wire.inference.ModelInferRequest.InferInputTensor;
import glimpse.wire.inference.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A running server on a scripted core, and a client of its gRPC half, for the tests that extend it. */
abstract class InferenceServiceFixture {
    static final String MODEL = ScriptedGenerator.MODEL.name();

    final ScriptedGenerator generator = new ScriptedGenerator();
    InferenceServer server;
    InferenceClient client;

    @BeforeEach
    void start() throws Exception {
        server = new InferenceServer(generator);
        client = new InferenceClient(server.port());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    static ModelInferRequest.Builder request() {
        return ModelInferRequest.newBuilder().setModelName(MODEL);
    }

    static InferInputTensor.Builder input(String name, String type, long... shape) {
        InferInputTensor.Builder input =
                InferInputTensor.newBuilder().setName(name).setDatatype(type);
        for (long dimension : shape) {
            input.addShape(dimension);
        }
        return input;
    }

    static InferInputTensor.Builder steps(int steps) {
        return input("steps", "INT32", 1)
                .setContents(InferTensorContents.newBuilder().addIntContents(steps));
    }

    static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    static InferParameter number(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    static InferParameter flag(boolean value) {
        return InferParameter.newBuilder().setBoolParam(value).build();
    }

    static ByteString littleEndian(int size, Consumer<ByteBuffer> filling) {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        filling.accept(bytes);
        return ByteString.copyFrom(bytes.array());
    }

    static byte[] picture(int value) {
        int size = ScriptedGenerator.MODEL.height() * ScriptedGenerator.MODEL.width();
        byte[] pixels = new byte[size];
        Arrays.fill(pixels, (byte) value);
        return pixels;
    }

    CompletableFuture<InferenceClient.Outcome<ModelInferResponse>> inferring(ModelInferRequest request) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return client.call(GRPCInferenceServiceGrpcClient.ModelInfer, request);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    static void finish(ScriptedStream stream, int count) {
        StepPlan plan = stream.accepted().plan();
        // In no order, as trajectories end when they end.
        for (int sample = count - 1; sample >= 0; sample--) {
            stream.emit(ScriptedGenerator.stepped(sample, plan.nfe(), plan, picture(sample + 1)));
        }
        stream.emit(new GenerationEvent.Finished(plan.nfe() * count, 0, 1));
    }
}
