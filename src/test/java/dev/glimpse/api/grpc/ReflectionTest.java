package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.glimpse.api.grpc.WireClient.Outcome;
import glimpse.wire.reflection.v1.ServerReflectionRequest;
import glimpse.wire.reflection.v1.ServerReflectionResponse;
import glimpse.wire.reflection.v1.ServiceResponse;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReflectionTest {
    private static final int FRAME_HEADER = 5;
    private static final String V1 = "v1";

    private final DoorServer server = new DoorServer(new PlayedGenerator(stream -> {}));
    private final WireClient client = new WireClient(server.port());

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1alpha"})
    void oneStreamAnswersManyQuestionsInTheirOrder(String version) throws Exception {
        List<ServerReflectionRequest> questions = List.of(
                ServerReflectionRequest.newBuilder().setListServices("").build(),
                symbol("glimpse.v1.Glimpse"),
                symbol("no.such.Thing"),
                symbol("glimpse.v1.Glimpse.Generate"));
        List<ServerReflectionResponse> answers = ask(version, questions);

        assertThat(answers)
                .extracting(ServerReflectionResponse::getOriginalRequest)
                .containsExactlyElementsOf(questions);
        assertThat(answers.get(0).getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .containsExactly("glimpse.v1.Glimpse", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection");
        assertThat(answers.get(2).getErrorResponse().getErrorCode()).isEqualTo(GrpcStatus.NOT_FOUND.code);
        assertThat(files(answers.get(3))).isEqualTo(files(answers.get(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"glimpse.v1.Sampler", "glimpse.v1.SAMPLER_EXACT", "glimpse.v1.GenerateRequest.seed"})
    void enumsTheirValuesAndFieldsAreFound(String name) throws Exception {
        ServerReflectionResponse answer = ask(V1, List.of(symbol(name))).get(0);
        assertThat(files(answer).get(0).getPackage()).isEqualTo("glimpse.v1");
    }

    @Test
    void aFileComesWithAllThatItImports() throws Exception {
        List<FileDescriptorProto> files =
                files(ask(V1, List.of(symbol("glimpse.v1.Glimpse"))).get(0));
        List<String> names = files.stream().map(FileDescriptorProto::getName).toList();
        assertThat(files).allSatisfy(file -> assertThat(names).containsAll(file.getDependencyList()));

        ServerReflectionRequest byName = ServerReflectionRequest.newBuilder()
                .setFileByFilename(names.get(0))
                .build();
        assertThat(files(ask(V1, List.of(byName)).get(0))).isEqualTo(files);
    }

    private static ServerReflectionRequest symbol(String name) {
        return ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol(name)
                .build();
    }

    private static List<FileDescriptorProto> files(ServerReflectionResponse answer) throws Exception {
        List<FileDescriptorProto> files = new ArrayList<>();
        for (ByteString file : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
            files.add(FileDescriptorProto.parseFrom(file));
        }
        return files;
    }

    private List<ServerReflectionResponse> ask(String version, List<ServerReflectionRequest> questions)
            throws Exception {
        Buffer body = Buffer.buffer();
        questions.forEach(question -> body.appendBuffer(WireClient.frame(false, question.toByteArray())));
        String path = "/grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo";
        Outcome<byte[]> outcome = client.finish(client.open(path, Map.of()), body);
        assertThat(outcome.code()).isEqualTo(GrpcStatus.OK.code);
        return read(outcome.messages().get(0));
    }

    private static List<ServerReflectionResponse> read(byte[] body) throws Exception {
        List<ServerReflectionResponse> answers = new ArrayList<>();
        for (int from = 0; from < body.length; ) {
            int end = from + FRAME_HEADER + Buffer.buffer(body).getInt(from + 1);
            answers.add(ServerReflectionResponse.parseFrom(Arrays.copyOfRange(body, from + FRAME_HEADER, end)));
            from = end;
        }
        return answers;
    }
}
