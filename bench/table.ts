import { textTable } from '../scripts/stack/text-table';
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
  return textTable(HEAD, rows);
}

function figure(value: number, unit: Measurement['unit']): string {
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2)} ${unit}`;
}
