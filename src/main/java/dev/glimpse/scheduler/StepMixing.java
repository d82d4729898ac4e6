package dev.glimpse.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Batches of steps of any jobs.
 *
 * <p>Jobs whose time runs out come first, then first steps, so that every client soon sees a picture; together they get
 * no more than their share of the batch while running trajectories wait. Within both lines the tenant that has had
 * least leads, and of its jobs the one that counts as shortest.
 */
final class StepMixing implements Composition {
    /** Jobs that are passed over because their step does not fit, before a batch is taken as it is. */
    private static final int MOST_MISFITS = 8;

    /** Share of a batch that those may take who are set behind and have waited for as long as anybody should. */
    private static final double BEHIND_SHARE = 0.1;

    private final SchedulerSettings settings;
    private final JobOrder order;
    private final Backlog backlog;
    private final Tenants tenants;
    private final WaitingRoom room;

    StepMixing(SchedulerSettings settings, JobOrder order, Backlog backlog, Tenants tenants) {
        this.settings = settings;
        this.order = order;
        this.backlog = backlog;
        this.tenants = tenants;
        room = new WaitingRoom(settings, order);
    }

    @Override
    public void add(JobState state) {
        room.add(state);
    }

    @Override
    public void remove(JobState state) {
        room.remove(state);
    }

    @Override
    public int waitingRows() {
        return room.rows();
    }

    @Override
    public List<Candidate> select(int device, BatchLimit.Limit limit, StepOffer offer) {
        Filling filling = new Filling(offer);
        int share = (int) Math.ceil(limit.rows() * settings.firstShare());
        long until = order.horizon(offer.nowNanos());
        filling.fill(() -> room.pollUrgent(true, until), Math.max(1, (int) (limit.rows() * BEHIND_SHARE)));
        filling.fill(() -> room.pollUrgent(false, until), Math.max(share, filling.rows + 1));
        filling.fill(() -> room.poll(true), share);
        filling.fill(() -> room.poll(false), limit.rows());
        filling.fill(() -> room.poll(true), limit.rows());
        return filling.candidates;
    }

    /** A batch that is being put together. */
    private final class Filling {
        final StepOffer offer;
        final List<Candidate> candidates = new ArrayList<>();
        int rows;

        Filling(StepOffer offer) {
            this.offer = offer;
        }

        /** Takes jobs of a line while they fit; the very first always does, as maxRows is never below two. */
        void fill(Supplier<@Nullable JobState> line, int limit) {
            List<JobState> misfits = new ArrayList<>();
            while ((candidates.isEmpty() || rows < limit) && misfits.size() < MOST_MISFITS) {
                JobState state = line.get();
                if (state == null) {
                    break;
                }
                if (backlog.setBehind(state, order.goesBehind(state, offer.nowNanos()))) {
                    room.add(state);
                    continue;
                }
                Candidate candidate = offer.candidate(state);
                if (candidates.isEmpty() || rows + candidate.rows() <= limit) {
                    take(candidate);
                } else {
                    misfits.add(state);
                }
            }
            misfits.forEach(room::add);
        }

        private void take(Candidate candidate) {
            candidates.add(candidate);
            rows += candidate.rows();
            JobState state = candidate.state();
            double work = tenants.work(
                    state.tenant, candidate.rows(), state.job.terms().weight());
            room.charge(state.tenant, work);
        }
    }
}
