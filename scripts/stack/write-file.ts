import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a file with exactly this mode (and the umask): writing to one that exists would leave it the mode it had. */
export function writeFile(file: string, text: string, mode: number): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode });
}

/** Writes a file whole or not at all, for others who read it meanwhile. */
export function replaceFile(file: string, text: string, mode = 0o666): void {
  const unfinished = `${file}.${process.pid}.tmp`;
  writeFileSync(unfinished, text, { mode });
  renameSync(unfinished, file);
}
