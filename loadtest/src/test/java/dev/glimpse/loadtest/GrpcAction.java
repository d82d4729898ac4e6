package dev.glimpse.loadtest;

import com.typesafe.scalalogging.Logger;
import dev.glimpse.loadtest.Answer.End;
import io.gatling.commons.stats.KO$;
import io.gatling.commons.stats.OK$;
import io.gatling.commons.stats.Status;
import io.gatling.core.action.Action;
import io.gatling.core.session.Session;
import io.gatling.core.stats.StatsEngine;
import io.gatling.core.structure.ScenarioContext;
import io.gatling.javaapi.core.ActionBuilder;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * A step of a Gatling scenario that sends one request over gRPC and logs two times of it, both since it was due: to the
 * first picture and to the last.
 *
 * <p>Gatling's own gRPC module is not free, so this one drives the client that is here anyway. Answers come on that
 * client's thread; the next step runs on the user's event loop, as Gatling expects.
 */
final class GrpcAction implements ActionBuilder {
    private final GrpcClients clients;
    private final ArrivalQueue arrivals;

    GrpcAction(GrpcClients clients, ArrivalQueue arrivals) {
        this.clients = clients;
        this.arrivals = arrivals;
    }

    @Override
    public io.gatling.core.action.builder.ActionBuilder asScala() {
        return new io.gatling.core.action.builder.ActionBuilder() {
            @Override
            public Action build(ScenarioContext context, Action next) {
                return new Send(context, next);
            }
        };
    }

    private final class Send implements Action {
        private final StatsEngine stats;
        private final io.gatling.commons.util.Clock clock;
        private final Action next;

        Send(ScenarioContext context, Action next) {
            stats = context.coreComponents().statsEngine();
            clock = context.coreComponents().clock();
            this.next = next;
        }

        @Override
        public String name() {
            return "gRPC";
        }

        @Override
        public void execute(Session session) {
            ToLongFunction<String> attribute =
                    key -> ((Number) session.attributes().apply(key)).longValue();
            int index = (int) attribute.applyAsLong(ArrivalQueue.INDEX);
            Arrival arrival = arrivals.get(index);
            long late = Math.max(0, System.nanoTime() - arrivals.dueNanos(arrival));
            long due = clock.nowMillis() - TimeUnit.NANOSECONDS.toMillis(late);
            var unused = clients.send(arrival, index, arrivals.dueNanos(arrival))
                    .thenAccept(answer -> {
                        log(session, due, answer, !arrival.reads() && clients.stops(index));
                        session.eventLoop().execute(() -> next.$bang(session));
                    });
        }

        /** @param stopped whether its client had no mind to take more than the first message */
        private void log(Session session, long due, Answer answer, boolean stopped) {
            boolean good =
                    answer.end() == End.FINISHED || answer.end() == End.LEFT || stopped && answer.end() == End.LATE;
            Status status = good ? OK$.MODULE$ : KO$.MODULE$;
            Option<String> message = good ? Option.empty() : Option.apply(answer.detail());
            answer.times()
                    .first()
                    .ifPresent(nanos -> stats.logResponse(
                            session.scenario(),
                            session.groups(),
                            "gRPC first picture",
                            due,
                            due + TimeUnit.NANOSECONDS.toMillis(nanos),
                            OK$.MODULE$,
                            Option.empty(),
                            Option.empty()));
            stats.logResponse(
                    session.scenario(),
                    session.groups(),
                    name(answer.end(), stopped),
                    due,
                    due + TimeUnit.NANOSECONDS.toMillis(answer.times().end()),
                    status,
                    Option.empty(),
                    message);
        }

        private static String name(End end, boolean stopped) {
            if (end == End.LEFT) {
                return "gRPC left";
            }
            return stopped ? "gRPC stopped reading" : "gRPC last picture";
        }

        @Override
        public Logger logger() {
            return Logger.apply(LoggerFactory.getLogger(GrpcAction.class));
        }

        @Override
        public void com$typesafe$scalalogging$StrictLogging$_setter_$logger_$eq(Logger logger) {
            // Scala's way to fill a trait's field, which this class has no need of.
        }
    }
}
