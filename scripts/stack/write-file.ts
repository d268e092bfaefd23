import { rmSync, writeFileSync } from 'node:fs';

/** Writes a file with exactly this mode (and the umask): writing to one that exists would leave it the mode it had. */
export function writeFile(file: string, text: string, mode: number): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode });
}
