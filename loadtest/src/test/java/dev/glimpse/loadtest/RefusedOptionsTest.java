package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RefusedOptionsTest {
    /** Nothing listens there, so that whatever is measured first fails in another way. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "W2 --seconds=0 | --seconds: 0 (expected: 1..86400)",
                "W2 --load=0 | --load: 0.0 (expected: more than 0, at most 100)",
                "W2 --capacity=0 | --capacity: 0.0 (expected: more than 0)",
                "W2 --measure=0 | --measure: 0 (expected: at least 1)",
                "W2 --rate=-1 | --rate: -1.0 (expected: more than 0)",
                "W2 --connections=0 | --connections: 0 (expected: at least 1)",
                "W2 --timeout=0 | --timeout: 0 (expected: at least 1)",
                "W2 --key=flood= | --key: flood= (expected: KEY or TENANT=KEY)",
                "W2 --idle=-1 | --idle: -1 (expected: at least 0)",
                "W2 --warm-up=30 | --warm-up: 30.0 (expected: at least 0, less than --seconds 30",
                "W2 --arrivals=nowhere.csv | --arrivals: nowhere.csv (expected: a readable file)",
                "W2 --arrivals=src | --arrivals: src (expected: a readable file)",
                "W2 --slo=0 | --slo: 0.0 (expected: more than 0)",
                "W2 --workers=0 | --workers: 0 (expected: at least 1)",
                "W2 --devices=0 | --workers: 0 (expected: at least 1)",
                "W2 --rounds=0 | --rounds: 0 (expected: at least 1)",
                "W2 --admin=nowhere | --admin: nowhere (expected: HOST:PORT, https://HOST, or either behind NAME=)",
                "W2 --admin=a:1 --admin=b:2 | --admin: 2 times (expected: as often as --target, 1)",
                "W2 --ca=nowhere.pem | --ca: nowhere.pem (expected: a readable PEM file of certificates)",
                "W2 --ca=pom.xml | --ca: pom.xml (expected: a readable PEM file of certificates)",
                "W2 --target=127.0.0.1:1 | --target: 127.0.0.1:1 (expected: each name once; NAME= gives one)",
                "W2 --target=a=b:1 --target=a=b:2 | --target: a (expected: each name once; NAME= gives one)",
                "W2 --raw=nowhere.json | --raw: nowhere.json (expected: a readable file)",
                "W2 --raw=src | --raw: src (expected: a readable file)",
                "W2 --raw=pom.xml | --raw: pom.xml (expected: the output of glimpse bench --json)",
                "W2 --arrivals=pom.xml --rate=5 | --rate: 5 (expected: absent with --arrivals, whose file says what",
                "W2 --arrivals=pom.xml --load=1 | --load: 1 (expected: absent with --arrivals, whose file says what",
                "W2 --arrivals=pom.xml --seconds=30 | --seconds: 30 (expected: absent with --arrivals, whose file",
                "W2 --arrivals=pom.xml --preview=free | --preview: free (expected: absent with --arrivals, whose file",
                "W2 --rate=5 --load=0.8 | --load: 0.8 (expected: absent with --rate, which says how much is asked for)",
                "W1 --load=1 | --load: 1 (expected: absent with W1, where it changes nothing)",
                "W6 W9 W6 --load=1 | --load: 1 (expected: absent with W6 and W9, where it changes nothing)",
                "W1 --rate=1 | --rate: 1 (expected: absent with W1, where it changes nothing)",
                "W2 --pid=1 --target=127.0.0.1:2 | --pid: 1 (expected: one --target, of which it is the process)",
                "W8 | --pid: none (expected: the server's process, which W8 ends)",
                "W2 --rate=5 --capacity=9 | --capacity: 9 (expected: absent with --rate, which says how much is asked",
                "W2 --rate=5 --measure=9 | --measure: 9 (expected: absent with --rate, which says how much is asked",
                "W2 --capacity=9 --measure=9 | --measure: 9 (expected: absent with --capacity, of which nothing",
                "W2 --workers=2 | --workers: 2 (expected: absent without --raw, which they are for)",
                "W2 --devices=2 | --devices: 2 (expected: absent without --raw, which they are for)",
                "W2 --raw=pom.xml --workers=2 --devices=3 | --workers: 2 (expected: absent with --devices, its earlier",
                "W2 --write=new.csv --json | --json: given (expected: absent with --write, which runs nothing)",
                "W2 --write=new.csv --slo=2 | --slo: 2 (expected: absent with --write, which runs nothing)",
                "W2 --write=new.csv --rounds=2 | --rounds: 2 (expected: absent with --write, which runs nothing)",
                "W2 --write=new.csv --raw=pom.xml | --raw: pom.xml (expected: absent with --write, which runs nothing)",
                "W2 --write=new.csv --idle=2 | --idle: 2 (expected: absent with --write, which runs nothing)",
                "W2 --write=new.csv --admin=a:1 | --admin: a:1 (expected: absent with --write, which runs nothing)",
                "W2 --write=new.csv --pid=1 | --pid: 1 (expected: absent with --write, which runs nothing)",
                "W2 W4 --write=new.csv | --write: 2 scenarios (expected: one, whose arrivals it keeps)",
                "W2 --write=nowhere/new.csv | --write: nowhere/new.csv (expected: a file that can be written)",
                "W2 --write=src | --write: src (expected: a file that can be written)",
                "W2 --write=pom.xml/new.csv | --write: pom.xml/new.csv (expected: a file that can be written)",
                "W8 --pid=1 --rounds=2 | W8: 2 runs (expected: one, as it ends the server's process)",
            })
    void whatCannotBeIsRefusedByItsOptionBeforeAnythingIsMeasured(String arguments, String complaint) {
        assertThat(refusal(arguments)).contains("IllegalArgumentException: " + complaint);
    }

    @Test
    void arrivalsThatAreNoTextAreRefused(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("packed.csv"), new byte[] {0x1f, (byte) 0x8b});

        assertThat(refusal("W2 --arrivals=" + file))
                .contains("--arrivals: " + file + " (expected: a text file of arrivals in UTF-8)");
    }

    /** What is told of a run is told by its seconds. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void arrivalsThatTakeNoTimeAreRefused(int count, @TempDir Path directory) throws Exception {
        Path file = directory.resolve("arrivals.csv");
        ArrivalFile.write(Collections.nCopies(count, Arrival.plain(0, 4, Preview.FREE)), file);

        assertThat(refusal("W2 --warm-up=0 --arrivals=" + file))
                .contains("--arrivals: " + file + " (expected: requests that are not all due at once, at the start)");
    }

    private static String refusal(String arguments) {
        StringBuilder errors = new StringBuilder();
        CommandLine command = new CommandLine(new LoadCommand()).setExecutionExceptionHandler((e, unused, result) -> {
            errors.append(e.toString());
            return 2;
        });

        assertThat(command.setCaseInsensitiveEnumValuesAllowed(true)
                        .execute((arguments + " --target=127.0.0.1:1").split(" ")))
                .isEqualTo(2);
        return errors.toString();
    }
}
