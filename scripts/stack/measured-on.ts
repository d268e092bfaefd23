import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { PROJECT } from '../../stacks/settings';

/** What figures are of. */
export interface MeasuredOn {
  readonly commit: string;
  /** Whether files differ from that commit. */
  readonly changed: boolean;
  readonly cpus: number;
  readonly memoryGiB: number;
}

/** To be asked before measuring starts: files of figures are files, too. */
export function measuredOn(): MeasuredOn {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: PROJECT, encoding: 'utf8' }).trim();
  return {
    commit: git('rev-parse', 'HEAD'),
    changed: git('status', '--porcelain') !== '',
    cpus: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}
