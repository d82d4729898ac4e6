package dev.glimpse.loadtest;

import java.util.List;

/** A named kind of traffic, defined once for every client here. */
public enum Scenario {
    W1("one request at a time, 1, 2, 4 and 18 steps in turns: the unloaded server", Traffic.ALONE, Clients.PATIENT),
    W2("Poisson; 1 step 50 %, 2 steps 25 %, 4 steps 20 %, 18 steps 5 %", Traffic.POISSON, Clients.PATIENT),
    W3(
            "W2, and every fifth client leaves: by a cancel, by a message where the door has one, or with its socket",
            Traffic.POISSON,
            new Clients(0.2, 0, 0, 0)),
    W4(
            "W2 with 10 % that read one frame a second and 1 % that stop reading",
            Traffic.POISSON, new Clients(0, 0.1, 0.01, 0)),
    W5(
            "W2 with bursts of ten times the rate, and three times the capacity, or with --rate that rate, in the middle third",
            Traffic.BURSTS,
            Clients.PATIENT),
    W6(
            "a tenant of 1-step requests beside one that floods the server with 18-step requests",
            Traffic.TENANTS,
            Clients.PATIENT),
    W7("W2 beside 10,000 WebSockets that are open and idle", Traffic.POISSON, new Clients(0, 0, 0, 10_000)),
    W8(
            "W2, and the server gets SIGTERM half-way; what it cuts is resumed, by another one behind the same proxy",
            Traffic.POISSON,
            Clients.PATIENT),
    W9("100 viewers at a time who ask for the same picture", Traffic.VIEWERS, Clients.PATIENT),
    SMOKE(
            "a little of W2, W3, W4 and W7, to see that everything works",
            Traffic.POISSON,
            new Clients(0.2, 0.05, 0.05, 20));

    /** The tenant of W6 that asks for little. */
    static final String INTERACTIVE = "interactive";

    /** The tenant of W6 that asks for more than there is. */
    static final String FLOOD = "flood";

    /** When requests come, and of which size. */
    public enum Traffic {
        ALONE,
        POISSON,
        BURSTS,
        TENANTS,
        VIEWERS
    }

    /**
     * What clients are like who do not just ask and read.
     *
     * @param leaving share of those that leave before twice their unloaded time
     * @param slow share of those that take one frame a second
     * @param stopped share of those that stop reading altogether
     * @param idle WebSockets that are opened before the start, and say nothing
     */
    public record Clients(double leaving, double slow, double stopped, int idle) {
        static final Clients PATIENT = new Clients(0, 0, 0, 0);

        /** Of W4, for the clients of a file that do not read under a scenario whose own all do. */
        private static final double STOPPED_OF_OTHERS = 1 / 11.0;

        /** Share of those that stop reading altogether, of those that do not read as fast as they can. */
        double stoppedOfSlow() {
            return slow + stopped == 0 ? STOPPED_OF_OTHERS : stopped / (slow + stopped);
        }
    }

    private final String about;
    private final Traffic traffic;
    private final Clients clients;

    Scenario(String about, Traffic traffic, Clients clients) {
        this.about = about;
        this.traffic = traffic;
        this.clients = clients;
    }

    public String about() {
        return about;
    }

    public Traffic traffic() {
        return traffic;
    }

    /** Whether its requests come when they come, however much a server is to be asked for. */
    boolean hasOwnTimes() {
        return traffic == Traffic.ALONE || traffic == Traffic.VIEWERS;
    }

    /** Whether the share of what the server can do that it asks for is its own. */
    boolean hasOwnLoad() {
        return hasOwnTimes() || traffic == Traffic.TENANTS;
    }

    /** Those whose keys tell requests apart; empty where all come from nobody in particular. */
    List<String> tenants() {
        return traffic == Traffic.TENANTS ? List.of(INTERACTIVE, FLOOD) : List.of();
    }

    public Clients clients() {
        return clients;
    }
}
