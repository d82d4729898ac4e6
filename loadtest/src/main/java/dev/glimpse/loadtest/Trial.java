package dev.glimpse.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One run of a scenario on one server. */
final class Trial {
    private final Plan plan;
    private final Slo slo;
    private final OpenLoop.Watch watch;

    /**
     * What every run of a scenario has in common.
     *
     * @param arrivals requests with their times
     * @param seconds span of the arrivals
     * @param warmUpSeconds first part of it, which does not count
     * @param terms what clients have in common
     * @param idle WebSockets open beside them
     */
    record Plan(
            Scenario scenario,
            List<Arrival> arrivals,
            double seconds,
            double warmUpSeconds,
            GrpcClients.Terms terms,
            int idle) {
        Plan {
            arrivals = List.copyOf(arrivals);
            checkWarmUp(warmUpSeconds, seconds);
        }

        /** Evaluations a second that its requests ask for. */
        double nfePerSecond() {
            return arrivals.stream()
                            .mapToDouble(a -> (double) a.samples() * a.preview().nfe(a.steps()))
                            .sum()
                    / seconds;
        }

        /** The same for one of several runs, from 1: those from 0 down are of what is measured before them. */
        Plan run(int number) {
            return new Plan(scenario, arrivals, seconds, warmUpSeconds, terms.run(number), idle);
        }

        static void checkWarmUp(double warmUpSeconds, double seconds) {
            boolean rest = warmUpSeconds >= 0 && warmUpSeconds < seconds;
            Arrival.require(rest, "--warm-up", warmUpSeconds, "at least 0, less than --seconds " + seconds);
        }
    }

    /**
     * What a run came to.
     *
     * @param asked evaluations a second that its requests were to ask for
     * @param target what reports call the server
     * @param extent how far it came
     * @param problems what the report may not tell as it should, and why
     * @param failures why it does not show what its scenario is for; none if it does
     * @param idleAtStart WebSockets that were open before it
     * @param idleAtEnd those that still were after it
     * @param usage what the server took of its machine
     * @param evaluations those that the server did in the whole run; empty if unknown
     */
    record Result(
            Scenario scenario,
            double asked,
            String target,
            Summary summary,
            OpenLoop.Extent extent,
            List<String> problems,
            List<String> failures,
            int idleAtStart,
            int idleAtEnd,
            ServerUsage usage,
            Optional<AdminPort.Evaluations> evaluations) {
        Result {
            problems = List.copyOf(problems);
            failures = List.copyOf(failures);
        }

        /** What reports call the run. */
        String label() {
            return scenario + " on " + target;
        }
    }

    /**
     * What is known of a server beside its answers.
     *
     * @param process on this machine
     * @param admin where it tells what it does
     */
    record Insight(Optional<ServerProcess> process, Optional<AdminPort> admin) {}

    Trial(Plan plan, Slo slo, OpenLoop.Watch watch) {
        this.plan = plan;
        this.slo = slo;
        this.watch = watch;
    }

    /**
     * Runs the scenario.
     *
     * @return what it came to; empty if it was cut before anything counted
     */
    Optional<Result> run(Target target, Insight insight) throws InterruptedException {
        Optional<ServerProcess> server = insight.process();
        ServerUsage.Reading bare = ServerUsage.Reading.of(server);
        try (IdleSockets idle =
                        IdleSockets.open(target, plan.idle(), plan.terms().authorization(""), watch::goesOn);
                GrpcClients clients = new GrpcClients(target, plan.terms())) {
            int idleAtStart = idle.open();
            List<String> problems = new ArrayList<>();
            List<String> failures = new ArrayList<>();
            idle.missing(plan.idle()).ifPresent(problems::add);
            ServerUsage.Reading before = ServerUsage.Reading.of(server);
            Optional<AdminPort.Evaluations> told = evaluations(insight, problems);
            boolean alone = plan.scenario().traffic() == Scenario.Traffic.ALONE;
            OpenLoop.Outcome outcome = new OpenLoop(clients, plan.terms().timeoutMillis(), watch, alone)
                    .run(plan.arrivals(), plan.seconds(), events(server, failures));
            if (outcome.extent().seconds() <= plan.warmUpSeconds()) {
                return Optional.empty();
            }
            Optional<AdminPort.Evaluations> done = told.isEmpty() || plan.scenario() == Scenario.W8
                    ? Optional.empty()
                    : since(told.get(), insight, problems);
            return Optional.of(new Result(
                    plan.scenario(),
                    plan.nfePerSecond(),
                    target.name(),
                    summary(outcome),
                    outcome.extent(),
                    problems,
                    failures,
                    idleAtStart,
                    idle.open(),
                    ServerUsage.of(bare, before, ServerUsage.Reading.of(server), idleAtStart),
                    done));
        }
    }

    /** What the server says; a problem of one that has died, whose answers until then count all the same. */
    private static Optional<AdminPort.Evaluations> evaluations(Insight insight, List<String> problems)
            throws InterruptedException {
        if (insight.admin().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(insight.admin().get().evaluations());
        } catch (UnusableServerException e) {
            problems.add(e.getMessage() + ", so that nobody knows what it computed in vain");
            return Optional.empty();
        }
    }

    private static Optional<AdminPort.Evaluations> since(
            AdminPort.Evaluations before, Insight insight, List<String> problems) throws InterruptedException {
        Optional<AdminPort.Evaluations> after = evaluations(insight, problems);
        Optional<AdminPort.Evaluations> done = after.flatMap(end -> end.since(before));
        if (after.isPresent() && done.isEmpty()) {
            problems.add("the server started anew, so that nobody knows what it computed in vain");
        }
        return done;
    }

    private Map<Long, Runnable> events(Optional<ServerProcess> server, List<String> failures) {
        if (plan.scenario() != Scenario.W8) {
            return Map.of();
        }
        Runnable terminate = () -> {
            if (!server.orElseThrow().terminate()) {
                failures.add(
                        "the server's process, which may have ended before, could not be ended by W8, so that this shows no drain");
            }
        };
        return Map.of(Math.round(plan.seconds() / 2 * 1e6), terminate);
    }

    private Summary summary(OpenLoop.Outcome outcome) {
        double counts = outcome.extent().seconds() - plan.warmUpSeconds();
        return Summary.of(counted(outcome.answers()), slo, plan.warmUpSeconds(), counts);
    }

    private List<Answer> counted(List<Answer> answers) {
        double from = plan.warmUpSeconds() * TimeUnit.SECONDS.toMicros(1);
        List<Answer> counted = new ArrayList<>(answers);
        counted.removeIf(answer -> answer.arrival().atMicros() < from);
        return plan.terms().shared() ? SharedWork.once(counted) : counted;
    }
}
