import { InputError, quoted } from '../errors';

/** The longest name that fits everywhere a name goes: it becomes a DNS label in the network's own name service. */
const LONGEST = 63;

/**
 * A name that Docker and DNS both take: lower-case letters, digits and hyphens (RFC 1123 label).
 * @see https://docs.docker.com/reference/cli/docker/container/run/#name
 */
export function checkedName(where: string, name: string): string {
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
    throw new InputError(
      where,
      `the name ${quoted(name)}`,
      'write lower-case letters, digits and hyphens, starting and ending with a letter or digit',
    );
  }
  if (name.length > LONGEST) {
    throw new InputError(
      where,
      `the name ${quoted(name)} of ${name.length} characters`,
      `make it ${LONGEST} or fewer by a shorter environment name or construct id`,
    );
  }
  return name;
}
