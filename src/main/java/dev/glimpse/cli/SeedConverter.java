package dev.glimpse.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A key of all noise as every command takes it: an unsigned number of 64 bits, all of which count. */
final class SeedConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
        try {
            return Long.parseUnsignedLong(value);
        } catch (NumberFormatException e) {
            throw new TypeConversionException(value + " (expected: 0.." + Long.toUnsignedString(-1) + ")");
        }
    }
}
