package dev.glimpse.api.oip;

import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ServedModel;
import glimpse.wire.inference.DataType;
import glimpse.wire.inference.ModelConfig;
import glimpse.wire.inference.ModelInput;
import glimpse.wire.inference.ModelMetadataResponse;
import glimpse.wire.inference.ModelMetadataResponse.TensorMetadata;
import glimpse.wire.inference.ModelOutput;
import glimpse.wire.inference.ModelTransactionPolicy;
import glimpse.wire.inference.RepositoryIndexResponse;
import glimpse.wire.inference.RepositoryIndexResponse.ModelIndex;
import glimpse.wire.inference.ServerMetadataResponse;
import java.util.List;

/** What there is to say about the server and its models, as messages of gRPC. */
final class WireFacts {
    private WireFacts() {}

    static ServerMetadataResponse server(Facts facts) {
        return ServerMetadataResponse.newBuilder()
                .setName(Facts.NAME)
                .setVersion(facts.version())
                .addAllExtensions(Facts.EXTENSIONS)
                .build();
    }

    static ModelMetadataResponse model(Generator generator, ServedModel model) {
        ModelMetadataResponse.Builder metadata = ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .addAllVersions(Facts.versions(generator, model.name()))
                .setPlatform(Facts.PLATFORM);
        for (Input input : Input.values()) {
            metadata.addInputs(tensor(input.title(), input.type(), input.shape()));
        }
        for (Output output : Output.values()) {
            metadata.addOutputs(tensor(output.title(), output.type(), output.shape(model)));
        }
        return metadata.build();
    }

    private static TensorMetadata tensor(String name, TensorType type, List<Long> shape) {
        return TensorMetadata.newBuilder()
                .setName(name)
                .setDatatype(type.name())
                .addAllShape(shape)
                .build();
    }

    static ModelConfig config(ServedModel model) {
        ModelConfig.Builder config = ModelConfig.newBuilder()
                .setName(model.name())
                .setPlatform(Facts.PLATFORM)
                .setBackend(Facts.NAME)
                .setModelTransactionPolicy(ModelTransactionPolicy.newBuilder().setDecoupled(true));
        for (Input input : Input.values()) {
            config.addInput(ModelInput.newBuilder()
                    .setName(input.title())
                    .setDataType(type(input.type()))
                    .addAllDims(input.shape())
                    .setOptional(true));
        }
        for (Output output : Output.values()) {
            config.addOutput(ModelOutput.newBuilder()
                    .setName(output.title())
                    .setDataType(type(output.type()))
                    .addAllDims(output.shape(model)));
        }
        return config.build();
    }

    private static DataType type(TensorType type) {
        return type == TensorType.BYTES ? DataType.TYPE_STRING : DataType.valueOf("TYPE_" + type.name());
    }

    static RepositoryIndexResponse index(Generator generator) {
        RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
        for (ServedModel model : generator.models()) {
            index.addModels(ModelIndex.newBuilder()
                    .setName(model.name())
                    .setVersion(model.version())
                    .setState("READY"));
        }
        return index.build();
    }
}
