package dev.glimpse.api.grpc;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.ModelProfile;
import dev.glimpse.generation.ModelShelf.Standing;
import dev.glimpse.generation.ModelVersion;
import dev.glimpse.generation.ServedModel;
import glimpse.wire.v1.Limits;
import glimpse.wire.v1.Model;
import glimpse.wire.v1.ModelDetails;
import glimpse.wire.v1.ModelState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the models of a server as wire messages.
 *
 * @param versions every version there is, the served ones first and in order of preference
 * @param reasons whether to say why a version is broken, which may name files of the server
 */
record WireModels(List<ModelVersion> versions, boolean reasons) {
    WireModels {
        versions = List.copyOf(versions);
    }

    /** Every model with its versions. */
    List<Model> all() {
        Map<String, List<ModelVersion>> byName = new LinkedHashMap<>();
        versions.forEach(version -> byName.computeIfAbsent(version.state().name(), name -> new ArrayList<>())
                .add(version));
        List<Model> models = new ArrayList<>();
        byName.forEach((name, own) -> models.add(model(name, own)));
        return models;
    }

    /** The model of a name; the default one if it is empty. */
    Optional<Model> find(String name) {
        return all().stream()
                .filter(model -> name.isEmpty()
                        ? model.getDefaultModel()
                        : model.getName().equals(name))
                .findFirst();
    }

    /** Says that there is no model of a name. */
    Failure notFound(String name) {
        return new Failure.ModelNotFound(
                name, all().stream().map(Model::getName).toList());
    }

    private Model model(String name, List<ModelVersion> own) {
        Model.Builder model =
                Model.newBuilder().setName(name).setDefaultModel(own.get(0).equals(versions.get(0)));
        if (own.get(0).state().standing() == Standing.SERVING) {
            model.setDefaultVersion(own.get(0).state().version());
        }
        own.forEach(version -> model.addVersions(write(version)));
        return model.build();
    }

    private glimpse.wire.v1.ModelVersion write(ModelVersion version) {
        glimpse.wire.v1.ModelVersion.Builder wire = glimpse.wire.v1.ModelVersion.newBuilder()
                .setVersion(version.state().version())
                .setState(state(version.state().standing()));
        if (reasons) {
            wire.setReason(version.state().reason());
        }
        version.profile().ifPresent(profile -> wire.setDetails(details(profile)));
        return wire.build();
    }

    private static ModelState state(Standing standing) {
        return switch (standing) {
            case LOADING -> ModelState.MODEL_STATE_LOADING;
            case SERVING -> ModelState.MODEL_STATE_SERVING;
            case LEAVING -> ModelState.MODEL_STATE_LEAVING;
            case BROKEN -> ModelState.MODEL_STATE_BROKEN;
        };
    }

    private static ModelDetails details(ModelProfile profile) {
        ServedModel model = profile.model();
        ModelDetails.Builder details = ModelDetails.newBuilder()
                .setWidth(model.width())
                .setHeight(model.height())
                .setChannels(model.channels())
                .addAllLabelNames(model.labels())
                .setSigmaMin(model.sigmaMin())
                .setSigmaMax(model.sigmaMax())
                .setSigmaData(profile.sigmaData())
                .setRho(profile.rho())
                .addAllSamplers(
                        profile.samplers().stream().map(WirePlans::write).toList())
                .setParameters(profile.parameters())
                .setDevice(model.device());
        profile.lastJumpT().ifPresent(details::setLastJumpT);
        return details.build();
    }

    static Limits limits(GenerationLimits limits, int maxMessageBytes) {
        return Limits.newBuilder()
                .setMaxSteps(limits.maxSteps())
                .setMaxCount(limits.maxCount())
                .setMaxNfe(limits.maxNfe())
                .setMaxDurationMillis(limits.maxDuration().toMillis())
                .setMaxMessageBytes(maxMessageBytes)
                .build();
    }
}
