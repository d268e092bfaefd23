import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError, quoted } from '../constructs/errors';

/** What the stack `bitbucket` needs that the others do not. */
export interface BitbucketSettings {
  /** `BITBUCKET_LICENCE_FILE`, absolute. */
  readonly licenceFile: string;
  /** `BITBUCKET_VERSION`. @default - the one of BitbucketServer */
  readonly version: string | undefined;
  /** `BITBUCKET_IMAGE`: name and tag, or a folder to build. @default - Atlassian's image of that version */
  readonly image: string | undefined;
}

export const BITBUCKET_STACK = 'bitbucket';
export const LICENCE_VARIABLE = 'BITBUCKET_LICENCE_FILE';

/**
 * Undefined without a licence file: there is no stack `bitbucket` then. Paths are relative to the project. The file stays
 * where it is: Terraform reads it, and nothing of it is synthesised.
 */
export function readBitbucketSettings(
  variables: Readonly<Record<string, string | undefined>>,
  project: string,
): BitbucketSettings | undefined {
  const file = variables[LICENCE_VARIABLE];
  if (file === undefined) return undefined;
  const licenceFile = resolve(project, file);
  if (!existsSync(licenceFile) || readFileSync(licenceFile, 'utf8').trim() === '') {
    throw new InputError(
      LICENCE_VARIABLE,
      `${quoted(file)}, which ${existsSync(licenceFile) ? 'is empty' : 'does not exist'}`,
      'name the file that has the text of the licence',
    );
  }
  const image = variables['BITBUCKET_IMAGE'];
  return {
    licenceFile,
    version: variables['BITBUCKET_VERSION'],
    image: image !== undefined && /^\.{0,2}\//.test(image) ? resolve(project, image) : image,
  };
}
