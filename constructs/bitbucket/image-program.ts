import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceFile } from '../docker/service-file';

/** A program of `images/<folder>`, as a file of the service: for images that are not ours to add it to. */
export function imageProgram(folder: 'bitbucket' | 'stash', name: string): ServiceFile {
  return ServiceFile.text(name, readFileSync(join(__dirname, '../../images', folder, name), 'utf8'));
}
