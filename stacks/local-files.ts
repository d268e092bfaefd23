import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The state holds keys and passwords, and Terraform makes its file readable to all: made beforehand, it keeps the mode
 * it has. The same for the backup that Terraform writes beside it.
 */
export function prepareStateFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  for (const path of [file, `${file}.backup`]) {
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
  }
}
