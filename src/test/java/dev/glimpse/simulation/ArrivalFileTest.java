package dev.glimpse.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArrivalFileTest {
    private static final String NAMES =
            "at_us,steps,samples,preview,reads,deadline_us,leaves_us,rank,tenant,weight,flexible\n";

    @ParameterizedTest
    @EnumSource(Workload.class)
    void arrivalsAreReadAsTheyWereWritten(Workload workload) throws IOException {
        ForwardTimes times = ForwardTimes.exact(1e6, 1e6, 1);
        ArrivalProcess process = new ArrivalProcess(
                workload, new ArrivalProcess.Offer(times, 2, 8, 0.9, Preview.EXACT, 3, true), 500, 1);
        List<Arrival> arrivals = Stream.generate(process::next).limit(500).toList();
        StringWriter text = new StringWriter();
        ArrivalFile.write(arrivals.iterator(), text);
        List<Arrival> read = new ArrayList<>();
        read(text.toString()).forEachRemaining(read::add);
        assertThat(read).isEqualTo(arrivals);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1,1,1,free,true,0,0,standard,,1,false|at_us: -1 (expected: a whole number, at least 0)",
                "1,0,1,free,true,0,0,standard,,1,false|steps: 0 (expected: 1..10000)",
                "1,1,1,fre,true,0,0,standard,,1,false|preview: fre (expected: one of exact, free, none)",
                "1,1,1,free,yes,0,0,standard,,1,false|reads: yes (expected: one of true, false)",
                "1,1,1,free,true,0,0,first,,1,false|rank: first (expected: one of interactive, standard, background)",
                "1,1,1,free,true,0,0,standard,,much,false|weight: much (expected: a number, 0.001..1000000)",
                "1,1,1,free,true,0,0,standard,,0,false|weight: 0.0 (expected: 0.001..1000000)",
                "1,1,1,free,true,9999999999999999,0,standard,,1,false"
                        + "|deadline_us: 9999999999999999 (expected: 0..2305843009213693)",
                "9999999999999999,1,1,free,true,0,0,standard,,1,false"
                        + "|at_us: 9999999999999999 (expected: 0..2305843009213693)",
                "1,1,1|fields: 3 (expected: 11)",
            })
    void wrongLineIsNamed(String line, String message) {
        Iterator<Arrival> arrivals = read(NAMES + line + "\n");
        assertThatThrownBy(arrivals::next).hasMessage("arrivals.csv, line 2: " + message);
    }

    @Test
    void timeThatRunsBackwardsIsRefused() {
        Iterator<Arrival> arrivals =
                read(NAMES + "5,1,1,free,true,0,0,standard,,1,false\n4,1,1,free,true,0,0,standard,,1,false\n");
        arrivals.next();
        assertThatThrownBy(arrivals::next).hasMessage("arrivals.csv, line 3: at_us: 4 (expected: at least 5)");
    }

    /** As between two files that were put together. */
    @Test
    void anEmptyLineIsNotTheEnd() {
        Iterator<Arrival> arrivals =
                read(NAMES + "5,1,1,free,true,0,0,standard,,1,false\n\n6,1,1,free,true,0,0,standard,,1,false\n");
        arrivals.next();
        assertThatThrownBy(arrivals::next).hasMessage("arrivals.csv, line 3: fields: 1 (expected: 11)");
    }

    @Test
    void fileOfOtherColumnsIsRefused() {
        assertThatThrownBy(() -> read("time,steps\n"))
                .hasMessageStartingWith("arrivals.csv, line 1: time,steps (expected: at_us,steps,");
    }

    private static Iterator<Arrival> read(String text) {
        return ArrivalFile.read(new BufferedReader(new StringReader(text)), "arrivals.csv");
    }
}
