package dev.glimpse.loadtest;

import dev.glimpse.loadtest.Answer.End;
import dev.glimpse.loadtest.Answer.Frame;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What requests of an instant cost that ask for the same picture, which the server need not make for each of them. */
final class SharedWork {
    private SharedWork() {}

    /**
     * What made a frame. One that is made anew for a viewer who comes late takes another time in a forward of other
     * rows.
     */
    private record Evaluation(long dueMicros, int sample, int step, int rows, long forwardMicros) {
        static Evaluation of(Answer answer, Frame frame) {
            return new Evaluation(
                    answer.arrival().atMicros(), frame.sample(), frame.step(), frame.rows(), frame.forwardMicros());
        }
    }

    /**
     * The same answers, with the evaluations of each frame counted at one viewer alone: one that finished if there is.
     */
    static List<Answer> once(List<Answer> answers) {
        Map<Evaluation, Long> left = new HashMap<>();
        for (Answer answer : answers) {
            for (Frame frame : answer.frames()) {
                // A viewer who was not sent the frames before this one is told their evaluations with it.
                left.merge(Evaluation.of(answer, frame), frame.evaluations(), Math::min);
            }
        }
        List<Answer> counted = new ArrayList<>(answers);
        IntStream.range(0, answers.size())
                .boxed()
                .sorted(Comparator.comparing(i -> answers.get(i).end() != End.FINISHED))
                .forEach(i -> counted.set(i, take(answers.get(i), left)));
        return counted;
    }

    private static Answer take(Answer answer, Map<Evaluation, Long> left) {
        List<Frame> frames = new ArrayList<>();
        long nfe = 0;
        for (Frame frame : answer.frames()) {
            Long evaluations = left.remove(Evaluation.of(answer, frame));
            long own = evaluations == null ? 0 : evaluations;
            nfe += own;
            frames.add(
                    new Frame(frame.atNanos(), frame.sample(), frame.step(), frame.rows(), own, frame.forwardMicros()));
        }
        return new Answer(
                answer.arrival(),
                answer.end(),
                answer.detail(),
                answer.times(),
                nfe,
                answer.resumes(),
                answer.cached(),
                answer.shortened(),
                frames);
    }
}
