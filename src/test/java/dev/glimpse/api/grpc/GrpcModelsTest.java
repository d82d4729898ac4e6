package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ResourceInfo;
import dev.glimpse.api.LiveService;
import dev.glimpse.api.grpc.WireClient.Outcome;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import glimpse.wire.v1.GetModelRequest;
import glimpse.wire.v1.GetModelResponse;
import glimpse.wire.v1.GlimpseGrpcClient;
import glimpse.wire.v1.Limits;
import glimpse.wire.v1.ListModelsRequest;
import glimpse.wire.v1.ListModelsResponse;
import glimpse.wire.v1.Model;
import glimpse.wire.v1.ModelDetails;
import glimpse.wire.v1.ModelState;
import glimpse.wire.v1.ModelVersion;
import glimpse.wire.v1.Sampler;
import io.vertx.grpc.common.GrpcStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What clients are told of models, with the one that comes with the program. */
class GrpcModelsTest {
    private static final ModelDirectory BUILT_IN = ModelDirectory.builtIn();
    private static LiveService live;
    private static DoorServer door;
    private static WireClient client;

    @BeforeAll
    static void start() throws Exception {
        live = new LiveService();
        door = new DoorServer(live.generator());
        client = new WireClient(door.port());
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        door.close();
        live.close();
    }

    @Test
    void modelIsToldWithAllThatARequestMayAskForOfIt() throws Exception {
        Model model = get(BUILT_IN.name()).getModel();
        assertThat(model.getDefaultVersion()).isEqualTo(BUILT_IN.version());
        assertThat(model.getDefaultModel()).isTrue();
        ModelVersion version = model.getVersions(0);
        assertThat(version.getState()).isEqualTo(ModelState.MODEL_STATE_SERVING);
        ModelSpec spec = BUILT_IN.config().spec();
        ModelDetails details = version.getDetails();
        assertThat(details.getHeight()).isEqualTo(spec.height());
        assertThat(details.getWidth()).isEqualTo(spec.width());
        assertThat(details.getChannels()).isEqualTo(spec.channels());
        assertThat(details.getLabelNamesList()).isEqualTo(spec.labels());
        assertThat(details.getSigmaMin()).isEqualTo(spec.sigmaMin());
        assertThat(details.getSigmaMax()).isEqualTo(spec.sigmaMax());
        assertThat(details.getSigmaData()).isEqualTo(spec.sigmaData());
        assertThat(details.getRho()).isEqualTo(spec.rho());
        assertThat(details.getLastJumpT()).isEqualTo(spec.lastJumpT().orElseThrow());
        assertThat(details.getSamplersList())
                .contains(Sampler.SAMPLER_EXACT, Sampler.SAMPLER_HEUN)
                .doesNotContain(Sampler.SAMPLER_UNSPECIFIED);
        assertThat(details.getParameters()).isEqualTo(BUILT_IN.parameterCount());
        assertThat(details.getDevice()).isEqualTo("cpu");
    }

    @Test
    void limitsAreThoseThatRequestsAreHeldTo() throws Exception {
        GenerationLimits held = live.service().limits();
        Limits told = get("").getLimits();
        assertThat(told.getMaxSteps()).isEqualTo(held.maxSteps());
        assertThat(told.getMaxCount()).isEqualTo(held.maxCount());
        assertThat(told.getMaxNfe()).isEqualTo(held.maxNfe());
        assertThat(told.getMaxDurationMillis()).isEqualTo(held.maxDuration().toMillis());
        assertThat(told.getMaxMessageBytes()).isEqualTo(DoorServer.MAX_MESSAGE_BYTES);
    }

    @Test
    void everyModelIsListedAsItIsToldAlone() throws Exception {
        Outcome<ListModelsResponse> outcome =
                client.call(GlimpseGrpcClient.ListModels, ListModelsRequest.getDefaultInstance());
        assertThat(outcome.messages().get(0).getModelsList())
                .containsExactly(get(BUILT_IN.name()).getModel());
        assertThat(outcome.messages().get(0).getLimits()).isEqualTo(get("").getLimits());
    }

    @Test
    void unknownModelIsNamedAsTheMissingResource() throws Exception {
        Outcome<GetModelResponse> outcome = client.call(
                GlimpseGrpcClient.GetModel,
                GetModelRequest.newBuilder().setName("shoes").build());
        assertThat(outcome.code()).isEqualTo(GrpcStatus.NOT_FOUND.code);
        assertThat(outcome.details().getMessage()).isEqualTo("model: shoes (expected: one of " + BUILT_IN.name() + ")");
        ResourceInfo resource = outcome.details().getDetails(0).unpack(ResourceInfo.class);
        assertThat(resource.getResourceType()).isEqualTo("model");
        assertThat(resource.getResourceName()).isEqualTo("shoes");
    }

    private static GetModelResponse get(String name) throws Exception {
        Outcome<GetModelResponse> outcome = client.call(
                GlimpseGrpcClient.GetModel,
                GetModelRequest.newBuilder().setName(name).build());
        assertThat(outcome.code()).as("%s", outcome.details()).isZero();
        return outcome.messages().get(0);
    }
}
