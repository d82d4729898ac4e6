package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a gateway does with each request, as far as the manifests decide it. */
class GatewayTest {
    private static final Path HOME = Manifests.HOME.resolve("overlays/gateway");
    private static final Pattern PACKAGE = Pattern.compile("^package (.+);", Pattern.MULTILINE);
    private static final Pattern SERVICE = Pattern.compile("^service (\\w+)", Pattern.MULTILINE);

    private final HTTPRoute route = (HTTPRoute) Manifests.read(HOME.resolve("http-route.yaml"));
    private final Service service = Manifests.base("service.yaml", Service.class);

    /** Of an HTTPRoute and a GRPCRoute with the same hostname on the same listener only one is accepted. */
    @Test
    void noRouteOfAnotherKindClaimsTheHostname() {
        assertThat(Manifests.files())
                .filteredOn(file -> file.startsWith(HOME))
                .extracting(Manifests::kind)
                .containsExactlyInAnyOrder("Gateway", "HTTPRoute", "Kustomization");
    }

    @Test
    void everyServiceOfGrpcIsReachedByHttp2() throws IOException {
        // Those that gRPC itself defines, and those of the contracts.
        List<String> services = new ArrayList<>(List.of(
                "/grpc.health.v1.Health",
                "/grpc.reflection.v1.ServerReflection",
                "/grpc.reflection.v1alpha.ServerReflection"));
        services.add(served("glimpse/v1/glimpse.proto"));
        services.add(served("inference/inference.proto"));

        assertThat(paths(0)).containsExactlyInAnyOrderElementsOf(services);
        assertThat(port(0).getAppProtocol()).isEqualTo("kubernetes.io/h2c");
    }

    /** There is no upgrade to a WebSocket in HTTP/2, but by an extension that the server does not know. */
    @Test
    void everythingElseIsReachedByHttp1() {
        assertThat(route.getSpec().getRules()).hasSize(2);
        assertThat(paths(1)).containsExactly("/");
        assertThat(port(1).getAppProtocol()).isNull();
        assertThat(port(1).getTargetPort()).isEqualTo(port(0).getTargetPort());
    }

    @Test
    void noStreamIsCut() {
        assertThat(route.getSpec().getRules())
                .extracting(HTTPRouteRule::getTimeouts)
                .allSatisfy(timeouts -> {
                    assertThat(timeouts.getRequest()).isEqualTo("0s");
                    assertThat(timeouts.getBackendRequest()).isEqualTo("0s");
                });
    }

    private static String served(String contract) throws IOException {
        String proto = Files.readString(Path.of("proto").resolve(contract));
        Matcher home = PACKAGE.matcher(proto);
        Matcher name = SERVICE.matcher(proto);
        assertThat(home.find() && name.find()).isTrue();
        return "/" + home.group(1) + "." + name.group(1);
    }

    private List<String> paths(int rule) {
        return route.getSpec().getRules().get(rule).getMatches().stream()
                .map(match -> match.getPath().getValue())
                .toList();
    }

    private ServicePort port(int rule) {
        int port = route.getSpec().getRules().get(rule).getBackendRefs().get(0).getPort();
        return service.getSpec().getPorts().stream()
                .filter(offered -> offered.getPort() == port)
                .findFirst()
                .orElseThrow();
    }
}
