import { textTable } from '../scripts/stack/text-table';
import { isMissed, type Measurement } from './bench';

const HEAD = ['benchmark', 'what', 'measured', 'noise', 'target', ''];

export type Results = Readonly<Record<string, readonly Measurement[]>>;

/** Figures by the name of their benchmark, as a table for people, and what was tried where a target is missed. */
export function table(results: Results): string {
  const missed = Object.values(results)
    .flat()
    .filter((measurement) => isMissed(measurement) && measurement.tried !== undefined);
  const tried = missed.map(({ what, tried = '' }) => `${what}: ${tried}\n`);
  return `${textTable(HEAD, rows(results))}${tried.length === 0 ? '' : `\n${tried.join('')}`}`;
}

/** What a row of it says, for a page, too. */
export function rows(results: Results): string[][] {
  return Object.entries(results).flatMap(([name, measurements]) =>
    measurements.map((measurement) => {
      const { what, value, unit, noise, target } = measurement;
      const asked = target === undefined ? '' : targetText(target, unit);
      const verdict = target === undefined ? '' : isMissed(measurement) ? 'missed' : 'met';
      return [
        name,
        what,
        figure(value, unit),
        noise === undefined ? '' : `${Math.round(noise * 100)} %`,
        asked,
        verdict,
      ];
    }),
  );
}

function targetText(target: NonNullable<Measurement['target']>, unit: Measurement['unit']): string {
  return 'atMost' in target ? `at most ${figure(target.atMost, unit)}` : `at least ${figure(target.atLeast, unit)}`;
}

function figure(value: number, unit: Measurement['unit']): string {
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2)} ${unit}`;
}
