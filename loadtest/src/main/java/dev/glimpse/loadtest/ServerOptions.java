package dev.glimpse.loadtest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which servers are asked, and over what kind of connection. */
final class ServerOptions {
    @Option(
            names = "--target",
            paramLabel = "[NAME=]HOST:PORT",
            defaultValue = "localhost:8080",
            description =
                    "Where the server listens, or https://HOST for one that speaks TLS; may be repeated; default: "
                            + "${DEFAULT-VALUE}.")
    private List<String> targets = new ArrayList<>();

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "Certificates, in PEM, that the servers' have to come from, in place of those that Java trusts.")
    private @Nullable Path authorities;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            description =
                    "The server's admin port, which tells what it computed for clients that had left; as often as "
                            + "--target, in the same order.")
    private List<String> adminPorts = new ArrayList<>();

    /** The servers; wrong options are named. */
    List<Target> targets() {
        Tls tls = tls();
        List<Target> servers = targets.stream()
                .map(text -> Target.parse("--target", text, tls))
                .toList();
        boolean used = authorities == null
                || servers.stream().anyMatch(server -> server.tls().isPresent());
        Arrival.require(used, "--ca", authorities, "with a --target of https://");
        Set<String> names = new HashSet<>();
        for (Target server : servers) {
            boolean another = names.add(server.name());
            Arrival.require(another, "--target", server.name(), "each name once; NAME= gives one");
        }
        return servers;
    }

    /** Where each of them tells what it does, in the same order; empty if nobody asked for that. */
    List<AdminPort> admins() {
        boolean each = adminPorts.isEmpty() || adminPorts.size() == targets.size();
        Arrival.require(each, "--admin", adminPorts.size() + " times", "as often as --target, " + targets.size());
        Tls tls = tls();
        return adminPorts.stream().map(text -> AdminPort.parse(text, tls)).toList();
    }

    private Tls tls() {
        return Tls.of("--ca", Optional.ofNullable(authorities));
    }
}
