package dev.glimpse.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program as it is shipped, run in a process of its own; closing it ends the process. */
public final class Program implements AutoCloseable {
    private static final long LIMIT_SECONDS = 120;

    private final Process process;
    private final Path out;
    private final Path err;

    private Program(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** The launcher in the directory that the build laid out. */
    public static Path launcher() {
        return Path.of(System.getProperty("glimpse.home")).resolve("bin/glimpse");
    }

    public static Program start(Path directory, String... args) throws IOException {
        return start(directory, launcher(), Map.of(), args);
    }

    /**
     * Starts the program.
     *
     * @param environment added to the variables of this process; an empty value takes one away
     */
    public static Program start(Path directory, Path launcher, Map<String, String> environment, String... args)
            throws IOException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        // What a shell starts in its background ignores SIGINT, under nohup SIGHUP, and so would all that it starts in
        // turn.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP", launcher.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("GLIMPSE_"));
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        return new Program(builder.start(), out, err);
    }

    /** A server with the built-in model on free ports, ready for requests; {@code args} are further options. */
    public static Program server(Path directory, String... args) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("serve", "--port", "0", "--admin-port", "0"));
        all.addAll(List.of(args));
        Program server = start(directory, all.toArray(String[]::new));
        server.awaitOutput("^(ready) ");
        return server;
    }

    /** The public port of a server that is ready. */
    public int port() throws InterruptedException {
        return Integer.parseInt(awaitOutput("^page .*:(\\d+)/$"));
    }

    /** Waits for the program's own end and tells its exit status. */
    public int status() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + LIMIT_SECONDS + " s; it said: " + text(out) + text(err));
        }
        return process.exitValue();
    }

    /** Waits until standard output holds the pattern, and returns its first group. */
    public String awaitOutput(String pattern) throws InterruptedException {
        Pattern wanted = Pattern.compile(pattern, Pattern.MULTILINE);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (System.nanoTime() - end < 0) {
            Matcher matcher = wanted.matcher(text(out));
            if (matcher.find()) {
                return matcher.group(matcher.groupCount());
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        throw new AssertionError("no " + pattern + " in: " + text(out) + text(err));
    }

    /** Sends a signal to the program, which has to be running. */
    public void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new AssertionError(
                    "kill -" + name + " ended with " + status + "; the program said: " + text(out) + text(err));
        }
    }

    public String out() {
        return text(out);
    }

    public String err() {
        return text(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
