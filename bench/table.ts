import type { Measurement } from './bench';

const HEAD = ['benchmark', 'what', 'measured', 'at most'];

/** Figures by the name of their benchmark, as a table for people. */
export function table(results: Readonly<Record<string, readonly Measurement[]>>): string {
  const rows = Object.entries(results).flatMap(([name, measurements]) =>
    measurements.map(({ what, value, unit, atMost }) => [
      name,
      what,
      figure(value, unit),
      atMost === undefined ? '' : `${figure(atMost, unit)}${value > atMost ? '  exceeded' : ''}`,
    ]),
  );
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[HEAD, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n')}\n`;
}

function figure(value: number, unit: Measurement['unit']): string {
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2)} ${unit}`;
}
