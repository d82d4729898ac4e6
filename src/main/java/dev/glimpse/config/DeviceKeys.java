package dev.glimpse.config;

import dev.glimpse.model.DeviceWish;
import java.util.List;
import java.util.Locale;

/** Reads the section {@code devices}. */
final class DeviceKeys {
    private DeviceKeys() {}

    /** @param minRows that the smallest forward is padded to, on a GPU too */
    static Settings.Devices devices(Values values, int minRows) {
        return new Settings.Devices(
                DeviceWish.valueOf(values.choice("devices.kind", List.of("auto", "cpu", "gpu"))
                        .toUpperCase(Locale.ROOT)),
                values.integer("devices.workers", 0, 1024),
                values.integer("devices.intra-op-threads", 1, 1024),
                gpuMaxRows(values, minRows));
    }

    private static int gpuMaxRows(Values values, int minRows) {
        // An exact preview is a row beside its step's, so a forward must have room for two.
        int rows = values.integer("devices.gpu-max-rows", 2, 4096);
        if (rows < minRows) {
            throw SettingsException.of(values.entry("devices.gpu-max-rows"), "at least scheduler.min-rows, " + minRows);
        }
        return rows;
    }
}
