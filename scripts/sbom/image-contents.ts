import { run } from '../setup/run-command';

export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly source: string;
  readonly sourceVersion: string;
}

export interface Jar {
  readonly file: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What an image holds of the software of others. */
export interface ImageContents {
  /** Name and tag. */
  readonly image: string;
  /** Such as `debian` and `13`. */
  readonly distribution: { readonly id: string; readonly version: string };
  readonly packages: readonly DebianPackage[];
  /** Outside of packages: what images bring from Maven Central, and their own. */
  readonly jars: readonly Jar[];
  /** `group:artifact:version` of those from Maven Central, as the image's build wrote them down. */
  readonly coordinates: readonly string[];
}

const SEPARATOR = '--';
const FIELDS = ['binary:Package', 'Version', 'Architecture', 'source:Package', 'source:Version'];

/** Looked at from inside, as dpkg has it: nothing is guessed from file names. */
const LOOK = `
set -eu
. /etc/os-release
printf '%s\\t%s\\n' "$ID" "\${VERSION_ID:-}"
echo ${SEPARATOR}
dpkg-query --show --showformat='${FIELDS.map((field) => `\${${field}}`).join('\\t')}\\n'
echo ${SEPARATOR}
[ ! -d /opt ] || find /opt -xdev -type f -name '*.jar' -exec sha256sum {} +
echo ${SEPARATOR}
for list in /opt/*/jars.txt; do [ ! -e "$list" ] || cat "$list"; done
`;

/** Reads an image that is on the engine. Nothing in it is started but a shell. */
export async function readImage(image: string): Promise<ImageContents> {
  const options = ['--rm', '--network', 'none', '--user', '0:0', '--read-only', '--entrypoint', 'sh'];
  const { stdout } = await run('docker', ['run', ...options, image, '-c', LOOK]);
  return parseContents(image, stdout);
}

export function parseContents(image: string, text: string): ImageContents {
  const [distribution = [], packages = [], jars = [], coordinates = []] = sectionsOf(text);
  const [id = '', version = ''] = distribution[0]?.split('\t') ?? [];
  return {
    image,
    distribution: { id, version },
    packages: packages.map((line) => {
      const [name = '', packageVersion = '', architecture = '', source = '', sourceVersion = ''] = line.split('\t');
      // Of several architectures on one system, the name has its own in it.
      return { name: name.replace(/:.*/, ''), version: packageVersion, architecture, source, sourceVersion };
    }),
    jars: jars.map((line) => {
      const [sha256 = '', file = ''] = line.split(/ [ *]/);
      return { file, sha256 };
    }),
    // "   group:artifact:jar:version:scope -- module name"
    coordinates: coordinates.flatMap((line) => {
      const [, artifact, artifactVersion] = /^\s+([\w.-]+:[\w.-]+):jar:([^:\s]+):\w+/.exec(line) ?? [];
      return artifact === undefined || artifactVersion === undefined ? [] : [`${artifact}:${artifactVersion}`];
    }),
  };
}

function sectionsOf(text: string): string[][] {
  const sections: string[][] = [[]];
  for (const line of text.split('\n')) {
    if (line === SEPARATOR) sections.push([]);
    else if (line.trim() !== '') sections.at(-1)?.push(line);
  }
  return sections;
}
