// Numbers as people read them.

/** Three significant digits, without an exponent: 80, 9.72, 0.0020. */
export function significant(value) {
  if (value === 0) {
    return "0";
  }
  const decimals = 2 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(6, Math.max(0, decimals)));
}

/** Microseconds as milliseconds or seconds with their unit. */
export function duration(micros) {
  const millis = micros / 1000;
  return millis < 1000 ? `${significant(millis)} ms` : `${significant(millis / 1000)} s`;
}

/** "1 picture", "8 pictures". */
export function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
