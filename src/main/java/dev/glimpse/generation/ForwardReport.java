package dev.glimpse.generation;

import dev.glimpse.scheduler.Batch;
import java.util.ArrayList;
import java.util.List;

/** What a listener is told about a batch that came back; made before its trajectories take their results in. */
final class ForwardReport {
    private ForwardReport() {}

    static GenerationListener.Forward of(String lane, Lane.Work work, long durationNanos) {
        Batch batch = work.batch();
        List<GenerationListener.Part> parts = new ArrayList<>();
        for (int i = 0; i < batch.entries().size(); i++) {
            Batch.Entry entry = batch.entries().get(i);
            Trajectory trajectory = work.trajectories().get(i);
            ActiveRequest request = trajectory.request();
            List<String> readers = request.audience().readers().stream()
                    .map(reader -> reader.stream().accepted().requestId())
                    .toList();
            parts.add(new GenerationListener.Part(
                    readers, trajectory.sample(), trajectory.step(), entry.rows(), !request.closed()));
        }
        return new GenerationListener.Forward(lane, batch.device(), batch.release(), durationNanos, parts);
    }
}
