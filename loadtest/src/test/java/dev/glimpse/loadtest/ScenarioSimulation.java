package dev.glimpse.loadtest;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.bodyLength;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.doIfOrElse;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.listFeeder;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.sse;
import static io.gatling.javaapi.http.HttpDsl.status;
import static io.gatling.javaapi.http.HttpDsl.ws;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Any of our scenarios in Gatling: the same arrivals, dealt out in turns to the doors of the server.
 *
 * <p>System properties, which {@link GatlingRun} has looked at: {@code scenario}, {@code target}, {@code ca}
 * (certificates that an https target's has to come from), {@code rate} (requests a second), {@code seconds},
 * {@code seed}, {@code preview}, {@code arrivals} (a file to replay), {@code doors} (comma-separated: grpc, websocket,
 * sse, rest), {@code key} (API key of every request, empty for none).
 */
public final class ScenarioSimulation extends Simulation {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final GatlingOptions options = options();
    private final Scenario scenario = options.scenario();
    private final Target target = options.target();
    private final ArrivalQueue arrivals = new ArrivalQueue(options.arrivals());
    private final GrpcClients.Terms terms = new GrpcClients.Terms(
            8, PATIENCE.toMillis(), options.keys(), options.seed(), new SecureRandom().nextLong(), scenario);
    private final GrpcClients clients = new GrpcClients(target, terms);
    private IdleSockets idle = IdleSockets.none();

    /** Made by Gatling. */
    public ScenarioSimulation() {
        List<String> doors = options.doors();
        List<PopulationBuilder> populations = new ArrayList<>();
        for (int i = 0; i < doors.size(); i++) {
            List<Integer> turn = arrivals.turn(i, doors.size());
            // Gatling takes none without users, as there are of few requests.
            if (!turn.isEmpty()) {
                populations.add(population(doors.get(i), turn));
            }
        }
        SetUp setUp = setUp(populations).protocols(protocol());
        if (scenario == Scenario.SMOKE) {
            var unused = setUp.assertions(global().failedRequests().count().is(0L));
        }
    }

    private static GatlingOptions options() {
        try {
            return GatlingOptions.read(System.getProperties());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpProtocolBuilder protocol() {
        HttpProtocolBuilder protocol = http.baseUrl(target.url("http")).wsBaseUrl(target.url("ws"));
        return terms.authorization("").map(protocol::authorizationHeader).orElse(protocol);
    }

    private PopulationBuilder population(String door, List<Integer> indices) {
        ChainBuilder chain = switch (door) {
            case GatlingOptions.GRPC -> exec(new GrpcAction(clients, arrivals));
            case GatlingOptions.WEB_SOCKET -> webSocket();
            case GatlingOptions.SSE -> events();
            case GatlingOptions.REST -> rest();
            default -> throw new IllegalArgumentException(door);
        };
        List<Map<String, Object>> numbers = indices.stream()
                .map(i -> Map.<String, Object>of(ArrivalQueue.INDEX, i))
                .toList();
        List<OpenInjectionStep> injection = new ArrayList<>();
        for (int users : arrivals.bySecond(indices)) {
            if (users > 0) {
                injection.add(atOnceUsers(users));
            }
            injection.add(nothingFor(Duration.ofSeconds(1)));
        }
        return scenario(door)
                .exec(feed(listFeeder(numbers).queue()))
                .exec(pause(session -> arrivals.untilDue(arrival(session))))
                .exec(chain)
                .injectOpen(injection.toArray(OpenInjectionStep[]::new));
    }

    private Arrival arrival(Session session) {
        return arrivals.get(session.getInt(ArrivalQueue.INDEX));
    }

    private ChainBuilder webSocket() {
        ChainBuilder stays = exec(ws("WebSocket generate")
                .sendText(this::generate)
                // In one sequence, so that all of them count from the message that asked.
                .await(PATIENCE)
                .on(
                        ws.checkTextMessage("WebSocket accepted")
                                .matching(jsonPath("$.type").in("accepted", "failed"))
                                .check(jsonPath("$.type").is("accepted")),
                        ws.checkBinaryMessage("WebSocket first picture")
                                .check(bodyLength().gt(Integer.BYTES)),
                        ws.checkTextMessage("WebSocket finished")
                                .matching(jsonPath("$.type").in("finished", "failed"))
                                .check(jsonPath("$.type").is("finished"))));
        ChainBuilder leaves = exec(ws("WebSocket generate, to leave").sendText(this::generate))
                .exec(pause(session -> Duration.ofNanos(arrival(session).leavesMicros() * 1000)))
                .exec(ws("WebSocket cancel").sendText("{\"type\":\"cancel\",\"id\":\"one\"}"));
        return exec(ws("WebSocket connect").connect("/v1/stream"))
                .exec(doIfOrElse(session -> arrival(session).leavesMicros() == 0)
                        .then(stays)
                        .orElse(leaves))
                .exec(ws("WebSocket close").close());
    }

    private String generate(Session session) {
        return "{\"type\":\"generate\",\"id\":\"one\"," + fields(session).substring(1);
    }

    /** The request as JSON. */
    private String fields(Session session) {
        return RequestJson.of(terms, arrival(session), session.getInt(ArrivalQueue.INDEX));
    }

    private ChainBuilder events() {
        ChainBuilder stays = exec(sse("SSE generate")
                .post("/v1/generate")
                .header("Content-Type", "application/json")
                .body(StringBody(this::fields))
                // In one sequence, so that all of them count from the answer's headers.
                .await(PATIENCE)
                .on(
                        sse.checkMessage("SSE accepted")
                                .matching(jsonPath("$.event").in("accepted", "failed"))
                                .check(jsonPath("$.event").is("accepted")),
                        sse.checkMessage("SSE first picture")
                                .matching(jsonPath("$.event").in("step", "failed"))
                                .check(jsonPath("$.event").is("step")),
                        sse.checkMessage("SSE finished")
                                .matching(jsonPath("$.event").in("finished", "failed"))
                                .check(jsonPath("$.event").is("finished"))));
        ChainBuilder leaves = exec(sse("SSE generate, to leave")
                        .post("/v1/generate")
                        .header("Content-Type", "application/json")
                        .body(StringBody(this::fields)))
                .exec(pause(session -> Duration.ofNanos(arrival(session).leavesMicros() * 1000)));
        return exec(doIfOrElse(session -> arrival(session).leavesMicros() == 0)
                        .then(stays)
                        .orElse(leaves))
                .exec(sse("SSE close").close());
    }

    /** What a page asks for before it generates anything, and then the pictures, all at once. */
    private ChainBuilder rest() {
        ChainBuilder generate = exec(http("REST generate")
                .post("/v1/generate")
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .body(StringBody(this::fields))
                .check(status().is(200))
                .check(jsonPath("$.pictures[*].image")
                        .count()
                        .is(session -> arrival(session).samples())));
        return exec(http("REST page").get("/").check(status().is(200)))
                .exec(http("REST models")
                        .get("/v1/models")
                        .check(status().is(200))
                        .check(jsonPath("$.models[0].name").exists()))
                // Who leaves has not asked yet: Gatling would call its own leaving a failure.
                .exec(doIf(session -> arrival(session).leavesMicros() == 0).then(generate));
    }

    /** Opens the sockets that say nothing: before the others, and until those are done, however long that takes. */
    @Override
    public void before() {
        int asked = scenario.clients().idle();
        try {
            idle = IdleSockets.open(target, asked, terms.authorization(""), () -> true);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
        idle.missing(asked).ifPresent(problem -> {
            throw new IllegalStateException(problem);
        });
    }

    @Override
    public void after() {
        if (scenario.clients().idle() > 0) {
            System.out.println("idle WebSockets at the end: " + idle.open());
        }
        idle.close();
        clients.close();
    }
}
