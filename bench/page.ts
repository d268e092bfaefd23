import type { MeasuredOn } from '../scripts/stack/measured-on';
import { isMissed } from './bench';
import { rows, type Results } from './table';

/** docs/performance.md: the last run of `npm run bench`. */
export function performancePage(results: Results, date: string, on: MeasuredOn): string {
  const missed = Object.values(results)
    .flat()
    .filter((measurement) => isMissed(measurement));
  return [
    '# Performance',
    '',
    '`npm run bench` writes this page. Whatever is compared was measured in the same run, in turn, so that `x` figures say more than',
    'times of one machine; `noise` is how far apart the middle half of the values lies. A target is what is asked of a figure, and one that',
    'is missed is shown as missed.',
    '',
    `Measured on ${date} of commit ${on.commit}${on.changed ? ', with changes' : ''}: ${on.cpus} cores, ${on.memoryGiB} GiB of memory.`,
    '',
    '| benchmark | what | measured | noise | target | |',
    '| --- | --- | ---: | ---: | ---: | --- |',
    ...rows(results).map((row) => `| ${row.join(' | ')} |`),
    '',
    ...(missed.length === 0
      ? []
      : [
          '## Missed, and what was tried',
          '',
          ...missed.map(({ what, tried }) => `- ${what}: ${tried ?? 'nothing yet.'}`),
          '',
        ]),
  ].join('\n');
}
