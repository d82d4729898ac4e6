package dev.glimpse.api;

import dev.glimpse.access.Anonymity;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.QuotaLedger;
import dev.glimpse.generation.Generator;
import java.util.List;

/** An entrance that asks nobody who they are. */
public final class Open {
    private Open() {}

    public static Entrance entrance(Generator generator) {
        return new Entrance(
                new Gate(List.of(), Anonymity.ALWAYS), new QuotaLedger(), client -> generator, System::nanoTime);
    }
}
