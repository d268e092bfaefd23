import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PROJECT } from '../../../stacks/settings';

const LEFT_OUT = ['.git', 'node_modules', 'state', 'out', 'cdktf.out'];

/** Another checkout of the project as it stands, with the same npm packages and nothing deployed; the caller removes it. */
export function copyCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  const isWanted = (path: string): boolean => !LEFT_OUT.includes(relative(PROJECT, path));
  cpSync(PROJECT, folder, { recursive: true, filter: isWanted });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
