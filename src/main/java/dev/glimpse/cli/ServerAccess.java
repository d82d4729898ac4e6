package dev.glimpse.cli;

import dev.glimpse.access.ApiKey;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.QuotaLedger;
import dev.glimpse.config.KeysFile;
import dev.glimpse.config.Settings;
import dev.glimpse.generation.Client;
import dev.glimpse.generation.Generator;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Who may ask a server, the same at each of its doors; it follows the file of keys. */
final class ServerAccess {
    private final Gate gate;
    private final QuotaLedger ledger = new QuotaLedger();

    private ServerAccess(Gate gate) {
        this.gate = gate;
    }

    /**
     * Reads the keys, and reads them again whenever their file changes.
     *
     * @throws IllegalArgumentException when they cannot be used now
     */
    static ServerAccess start(Vertx vertx, Settings.Access settings) {
        FileWatch.Held held = FileWatch.Held.now(settings.keysFile().stream().toList());
        List<ApiKey> keys = settings.keysFile().map(KeysFile::read).orElse(List.of());
        Gate gate = new Gate(keys, settings.anonymous());
        if (settings.keysFile().isPresent()) {
            Path file = settings.keysFile().get();
            FileWatch.start(vertx, settings.reloadEvery(), held, () -> gate.replaceKeys(KeysFile.read(file)));
        }
        return new ServerAccess(gate);
    }

    /** A door's entrance to the core, which it sees as a client does. */
    Entrance entrance(Function<Client, Generator> core) {
        return new Entrance(gate, ledger, core, System::nanoTime);
    }
}
