package dev.glimpse.scheduler;

import java.util.List;

/** Where a waiting job stands among the others; times count from the scheduler's first. */
final class JobOrder {
    /** What a forecast of a chain of steps is multiplied with where being late would be costly. */
    private static final double CAUTION = 1.25;

    /** What it is multiplied with where giving up too early would be. */
    private static final double HOPE = 0.75;

    /** Halvings, besides those of its own length and rank, for which a job waits before it is urgent. */
    private static final double PATIENCE = 2;

    private static final double LOG_2 = Math.log(2);

    private final SchedulerSettings settings;
    private final Forecast forecast;
    private final Backlog backlog;
    private final Objective objective;
    private final Epoch epoch;
    private final Deadlines deadlines;
    private boolean newestFirst;
    private boolean dueFirst;

    JobOrder(
            SchedulerSettings settings,
            Forecast forecast,
            Backlog backlog,
            Objective objective,
            Epoch epoch,
            Deadlines deadlines) {
        this.settings = settings;
        this.forecast = forecast;
        this.backlog = backlog;
        this.objective = objective;
        this.epoch = epoch;
        this.deadlines = deadlines;
    }

    /** Until when jobs that enter together should have their first pictures, and their last. */
    record Due(long first, long last) {}

    /** What the jobs would be held to if they entered now: the objective, but their own deadline if that is nearer. */
    Due due(List<Job> asking, long nowNanos) {
        Ask ask = Ask.of(asking);
        long since = epoch.since(nowNanos);
        long last = since + objective.lastNanos(ask);
        for (Job job : asking) {
            last = Math.min(last, epoch.since(job.deadlineNanos()));
        }
        long first = since + objective.firstNanos(ask);
        return new Due(first, Math.max(first, last));
    }

    boolean newestFirst() {
        return newestFirst;
    }

    /** Whether the newest interactive first step goes before all others, instead of after. */
    void newestFirst(boolean newest) {
        newestFirst = newest;
    }

    /** Whether what is due first goes first. */
    void dueFirst(boolean due) {
        dueFirst = due;
    }

    /** Whether work that is due then would come too late, were it begun now. */
    boolean tooLate(long due, long nowNanos) {
        return forecast.known() && epoch.since(nowNanos) + objective.forwardNanos() > due;
    }

    private boolean tooLate(JobState state, long nowNanos) {
        if (state.nextStep == 0) {
            return tooLate(state.target(), nowNanos);
        }
        // All but the last of its work may have been done: it is worth going on as long as any forward is in time.
        return forecast.known() && epoch.since(nowNanos) + forecast.smallestNanos() > state.target();
    }

    /** Whether the job goes behind those who still have their time, as its own is over; once there, it stays. */
    boolean goesBehind(JobState state, long nowNanos) {
        return dueFirst && (state.behind || tooLate(state, nowNanos));
    }

    /**
     * While more is asked for than can be done, when it is due, those who are late behind all others. Else its length
     * in halvings: log2 of the remaining steps, plus the span of its rank, minus its age in aging periods (the order of
     * remaining / 2^(age / aging)). Age grows alike for all, so the moment of admission stands in for it and the order
     * of two waiting jobs never changes.
     */
    double key(JobState state) {
        if (dueFirst) {
            return state.behind ? (double) Long.MAX_VALUE + state.target() : state.target();
        }
        long entered = epoch.since(state.group.admittedNanos);
        if (newestFirst && state.rank() == Rank.INTERACTIVE && state.nextStep == 0) {
            return -entered;
        }
        return halvings(state) + aging(entered);
    }

    private double halvings(JobState state) {
        double length = settings.has(Policy.SHORTEST) ? Math.log(state.remainingSteps()) / LOG_2 : 0;
        double rank = settings.has(Policy.RANKS)
                ? state.rank().ordinal() * settings.tuning().rankSpan()
                : 0;
        return length + rank;
    }

    private double aging(long nanos) {
        return settings.has(Policy.AGING) ? (double) nanos / settings.agingNanos() : 0;
    }

    /** When its next step has to be chosen: its laxity is used up, or it has waited for as long as anybody should. */
    long chooseBy(JobState state) {
        long chooseBy = Long.MAX_VALUE;
        if (settings.has(Policy.AGING)) {
            chooseBy = epoch.since(state.waitingSinceNanos)
                    + Math.round(settings.agingNanos() * (PATIENCE + halvings(state)));
        }
        if (settings.has(Policy.LAXITY) && forecast.known()) {
            double nanos = shortens(state)
                    ? Math.min(2, state.remainingSteps()) * roundNanos(state)
                    : state.remainingSteps() * stepNanos();
            long latest = epoch.since(state.deadlineNanos) - Math.round(CAUTION * nanos);
            // Nobody is urgent before beginning to wait, or those who have no time at all would starve all others.
            chooseBy = Math.min(chooseBy, Math.max(epoch.since(state.waitingSinceNanos), latest));
        }
        if (dueFirst && !state.behind) {
            int steps = state.nextStep == 0 ? 1 : state.remainingSteps();
            long latest = state.target() - Math.round(steps * objective.forwardNanos());
            chooseBy = Math.min(chooseBy, Math.max(epoch.since(state.waitingSinceNanos), latest));
        }
        return chooseBy;
    }

    /** Up to when a job counts as urgent now: if it is passed over, its next chance is a step later. */
    long horizon(long nowNanos) {
        return epoch.since(nowNanos) + (forecast.known() ? Math.round(stepNanos()) : 0);
    }

    /** When it leaves because no step may start any more, or because what it still has to do takes too long. */
    long lastChance(JobState state) {
        long deadline = epoch.since(state.deadlineNanos);
        if (state.inFlight || state.group.trial || !forecast.known() || !settings.has(Policy.GIVE_UP)) {
            return deadline;
        }
        int steps = shortens(state) ? 1 : state.remainingSteps();
        return deadline - Math.round(HOPE * steps * forecast.smallestNanos());
    }

    /** Whether the next step has to be the last one, as there is no time for one more after it. */
    boolean finishNow(JobState state, long nowNanos) {
        return shortens(state)
                && state.remainingSteps() > 1
                && forecast.known()
                && state.deadlineNanos - nowNanos < 2 * CAUTION * roundNanos(state);
    }

    private boolean shortens(JobState state) {
        return state.flexible() && settings.has(Policy.SHORTENING);
    }

    private double stepNanos() {
        return forecast.stepNanos(backlog.jobs());
    }

    /**
     * How long it takes until every job has had a step that has no more time than this one, and so may go ahead of it:
     * many need more than one forward of each device.
     */
    private double roundNanos(JobState state) {
        double step = stepNanos();
        return forecast.drainNanos(backlog.jobs()) <= step
                ? step
                : Math.max(step, forecast.drainNanos(deadlines.until(epoch.since(state.deadlineNanos))));
    }
}
