/** A version's first three numbers. */
export type Version = readonly [major: number, minor: number, patch: number];

/** The first version in a text such as `Terraform v1.11.4` or `20.10.24+dfsg1`; a missing patch number counts as 0. */
export function parseVersion(text: string): Version | undefined {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)] : undefined;
}

/** Whether `version` is `minimum` or later. */
export function isAtLeast(version: Version, minimum: Version): boolean {
  const at = version.findIndex((number, index) => number !== minimum[index]);
  return at === -1 || (version[at] ?? 0) > (minimum[at] ?? 0);
}

/** `1.12.6` */
export function formatVersion(version: Version): string {
  return version.join('.');
}
