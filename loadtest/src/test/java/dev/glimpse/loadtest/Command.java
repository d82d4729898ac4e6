package dev.glimpse.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program in a process of its own, with what it prints; closing it ends the process. */
final class Command implements AutoCloseable {
    private static final long LIMIT_SECONDS = 120;

    private final Process process;
    private final Path out;

    private Command(Process process, Path out) {
        this.process = process;
        this.out = out;
    }

    /** The built server's launcher. */
    static Command glimpse(Path directory, String... arguments) throws IOException {
        return start(directory, Path.of(System.getProperty("glimpse.home"), "bin", "glimpse"), arguments);
    }

    /** The script that this project is used by. */
    static Command loadtest(Path directory, String... arguments) throws IOException {
        return start(directory, Path.of(System.getProperty("loadtest.home"), "run"), arguments);
    }

    /** The proxy that the repository's tests use. */
    static Command envoy(Path directory, String... arguments) throws IOException {
        return start(directory, repository().resolve("src/test/tools/envoy"), arguments);
    }

    /** The directory that this project is in. */
    static Path repository() {
        return Path.of(System.getProperty("loadtest.home")).resolveSibling("");
    }

    private static Command start(Path directory, Path program, String... arguments) throws IOException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("GLIMPSE_"));
        return new Command(builder.start(), out);
    }

    long pid() {
        return process.pid();
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    int status() throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + LIMIT_SECONDS + " s; it said: " + out());
        }
        return process.exitValue();
    }

    /** Waits until the output holds the pattern, and returns its first group. */
    String await(String pattern) throws IOException, InterruptedException {
        Pattern wanted = Pattern.compile(pattern, Pattern.MULTILINE);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (System.nanoTime() - end < 0) {
            Matcher matcher = wanted.matcher(out());
            if (matcher.find()) {
                return matcher.group(1);
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        throw new AssertionError("no " + pattern + " in: " + out());
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
