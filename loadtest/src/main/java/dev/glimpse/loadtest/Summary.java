package dev.glimpse.loadtest;

import dev.glimpse.loadtest.Answer.End;
import dev.glimpse.loadtest.Answer.Frame;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What the answers of a run come to.
 *
 * @param seconds span of the arrivals that count
 * @param workSeconds from its beginning to the last end of an answer that is read, at least the same
 * @param offered requests of that span
 * @param ends how many of them ended how
 * @param attentive those whose client stays and reads, by which a server is judged
 * @param good attentive ones within the objective
 * @param dropped accepted and then ended by the server without an answer, before their deadline
 * @param resumed finished, but not on the stream that they began on
 * @param cached those whose pictures the server had made before
 * @param shortened those whose server took fewer steps than asked for
 * @param times of the attentive ones
 * @param work what the server computed for all
 * @param tenants the same for each tenant alone, if there are any
 * @param details ends that are not good, with how many there were
 */
record Summary(
        double seconds,
        double workSeconds,
        int offered,
        Map<End, Integer> ends,
        int attentive,
        int good,
        int dropped,
        int resumed,
        int cached,
        int shortened,
        Latencies times,
        Work work,
        SortedMap<String, Summary> tenants,
        SortedMap<String, Integer> details) {
    private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final int DIGITS = 3;

    /** Distributions in microseconds since a request was due. */
    record Latencies(Histogram sent, Histogram first, Histogram last, Histogram gap, Histogram refusal) {
        static Latencies empty() {
            return new Latencies(histogram(), histogram(), histogram(), histogram(), histogram());
        }

        private static Histogram histogram() {
            Histogram histogram = new Histogram(LONGEST_MICROS, DIGITS);
            histogram.setAutoResize(true);
            return histogram;
        }
    }

    /**
     * What the server computed, as its frames tell it.
     *
     * @param nfe evaluations
     * @param unfinishedNfe those that were told of answers which did not finish; what a server computes for a client
     *     that has left, it tells nobody but its admin port
     * @param rows evaluations by the rows of their forward
     * @param deviceMicros time of all devices inside those forwards
     */
    record Work(long nfe, long unfinishedNfe, SortedMap<Integer, Long> rows, double deviceMicros) {}

    /**
     * Sums up the answers to requests that were due in a span.
     *
     * @param fromSeconds when it began, since the start of the run
     * @param seconds how long it was
     */
    static Summary of(List<Answer> answers, Slo slo, double fromSeconds, double seconds) {
        Map<End, Integer> ends = new EnumMap<>(End.class);
        SortedMap<String, Integer> details = new TreeMap<>();
        Latencies times = Latencies.empty();
        int attentive = 0;
        int good = 0;
        int dropped = 0;
        int resumed = 0;
        for (Answer answer : answers) {
            ends.merge(answer.end(), 1, Integer::sum);
            if (answer.end() == End.BROKEN || answer.end() == End.CUT || answer.end() == End.REFUSED) {
                // Numbers in messages, such as how long to wait, would make each one another.
                details.merge(answer.detail().replaceAll("\\d+", "N"), 1, Integer::sum);
            }
            boolean broken =
                    answer.end() == End.BROKEN && answer.times().accepted().isPresent();
            dropped += broken || answer.end() == End.CUT ? 1 : 0;
            resumed += answer.end() == End.FINISHED && answer.resumes() > 0 ? 1 : 0;
            if (answer.arrival().attentive()) {
                attentive++;
                good += slo.met(answer) ? 1 : 0;
                record(answer, times);
            }
        }
        SortedMap<String, Summary> tenants = tenants(answers, slo, fromSeconds, seconds);
        return new Summary(
                seconds,
                Math.max(seconds, lastEndSeconds(answers) - fromSeconds),
                answers.size(),
                ends,
                attentive,
                good,
                dropped,
                resumed,
                (int) answers.stream().filter(Answer::cached).count(),
                (int) answers.stream().filter(Answer::shortened).count(),
                times,
                work(answers),
                tenants,
                details);
    }

    private static SortedMap<String, Summary> tenants(
            List<Answer> answers, Slo slo, double fromSeconds, double seconds) {
        SortedMap<String, Summary> tenants = new TreeMap<>();
        List<String> names =
                answers.stream().map(a -> a.arrival().tenant()).distinct().toList();
        for (String name : names.size() < 2 ? List.<String>of() : names) {
            List<Answer> own = answers.stream()
                    .filter(a -> a.arrival().tenant().equals(name))
                    .toList();
            tenants.put(name, of(own, slo, fromSeconds, seconds));
        }
        return tenants;
    }

    private static void record(Answer answer, Latencies times) {
        times.sent().recordValue(micros(answer.times().sent()));
        answer.times().first().ifPresent(nanos -> times.first().recordValue(micros(nanos)));
        if (answer.end() == End.FINISHED) {
            times.last().recordValue(micros(answer.times().end()));
        }
        if (answer.end() == End.REFUSED) {
            times.refusal()
                    .recordValue(micros(answer.times().end() - answer.times().sent()));
        }
        List<Frame> frames = answer.frames();
        for (int i = 1; i < frames.size(); i++) {
            times.gap()
                    .recordValue(
                            micros(frames.get(i).atNanos() - frames.get(i - 1).atNanos()));
        }
    }

    private static double lastEndSeconds(List<Answer> answers) {
        return answers.stream()
                .filter(answer -> answer.arrival().attentive())
                .mapToDouble(answer ->
                        answer.arrival().atMicros() / 1e6 + answer.times().end() / 1e9)
                .max()
                .orElse(0);
    }

    private static long micros(long nanos) {
        return Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos));
    }

    private static Work work(List<Answer> answers) {
        SortedMap<Integer, Long> rows = new TreeMap<>();
        double deviceMicros = 0;
        long nfe = 0;
        long lost = 0;
        for (Answer answer : answers) {
            nfe += answer.nfe();
            lost += answer.end() == End.FINISHED ? 0 : answer.nfe();
            for (Frame frame : answer.frames()) {
                rows.merge(frame.rows(), frame.evaluations(), Long::sum);
                deviceMicros += frame.forwardMicros() * (double) frame.evaluations() / Math.max(1, frame.rows());
            }
        }
        return new Work(nfe, lost, rows, deviceMicros);
    }

    int count(End end) {
        return ends.getOrDefault(end, 0);
    }

    /** Share of the attentive ones that got all their pictures; empty if there are none. */
    OptionalDouble answeredPercent() {
        return attentive == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(100.0 * times.last().getTotalCount() / attentive);
    }

    double goodput() {
        return good / seconds;
    }

    double nfePerSecond() {
        return work.nfe() / workSeconds;
    }

    /** Mean rows of a forward: evaluations over forwards. */
    double meanRows() {
        double forwards = 0;
        long evaluations = 0;
        for (Map.Entry<Integer, Long> entry : work.rows().entrySet()) {
            forwards += entry.getValue() / (double) Math.max(1, entry.getKey());
            evaluations += entry.getValue();
        }
        return forwards == 0 ? 0 : evaluations / forwards;
    }

    /** Share of the time of so many devices that was spent inside forwards. */
    double busy(int devices) {
        return work.deviceMicros() / (TimeUnit.SECONDS.toMicros(1) * workSeconds * devices);
    }
}
