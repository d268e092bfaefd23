import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import type { DebianPackage, ImageContents, Jar } from './image-contents';

/**
 * The bill of materials of an image as CycloneDX 1.6: its Debian packages and jars, the same text for the same image.
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function imageDocument(contents: ImageContents): string {
  const [name = '', version = ''] = contents.image.split(/:(?=[^/]*$)/);
  return written(new Models.Component(Enums.ComponentType.Container, name, { version, bomRef: contents.image }), [
    ...contents.packages.map((each) => debianComponent(each, contents.distribution)),
    ...contents.jars.map((jar) => jarComponent(jar, contents.coordinates)),
  ]);
}

/** The one of what is built with Go where no registry can be reached: each module of its go.sum. */
export function goDocument(name: string, goSum: string): string {
  const modules = goSum.split('\n').flatMap((line) => {
    const [path = '', version = ''] = line.split(' ');
    // Those with /go.mod are looked at, and not built.
    return version === '' || version.endsWith('/go.mod') ? [] : [{ path, version }];
  });
  return written(
    new Models.Component(Enums.ComponentType.Application, name, { bomRef: name }),
    modules.map(({ path, version }) => {
      const purl = `pkg:golang/${path.split('/').map(encoded).join('/')}@${encoded(version)}`;
      return new Models.Component(Enums.ComponentType.Library, path, { version, purl, bomRef: purl });
    }),
  );
}

function written(subject: Models.Component, components: readonly Models.Component[]): string {
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: subject }) });
  for (const component of components) bom.components.add(component);
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function debianComponent(
  { name, version, architecture, source, sourceVersion }: DebianPackage,
  distribution: ImageContents['distribution'],
): Models.Component {
  const qualifiers = {
    arch: architecture,
    distro: `${distribution.id}-${distribution.version}`,
    ...(source === name && sourceVersion === version ? {} : { upstream: `${source}@${sourceVersion}` }),
  };
  const query = Object.entries(qualifiers)
    .map(([key, value]) => `${key}=${encoded(value)}`)
    .join('&');
  const purl = `pkg:deb/${distribution.id}/${encoded(name)}@${encoded(version)}?${query}`;
  return new Models.Component(Enums.ComponentType.Library, name, { version, purl, bomRef: purl });
}

/** With its coordinates where it is from Maven Central; the project's own has none. */
function jarComponent({ file, sha256 }: Jar, coordinates: readonly string[]): Models.Component {
  const jar = file.split('/').at(-1) ?? file;
  const hashes = new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], sha256]]);
  const found = coordinates.find((each) => jar === `${each.split(':').slice(1).join('-')}.jar`);
  if (found === undefined) return new Models.Component(Enums.ComponentType.Library, jar, { hashes, bomRef: file });
  const [group = '', artifact = '', version = ''] = found.split(':');
  const purl = `pkg:maven/${encoded(group)}/${encoded(artifact)}@${encoded(version)}`;
  return new Models.Component(Enums.ComponentType.Library, artifact, { group, version, hashes, purl, bomRef: purl });
}

/** @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst#character-encoding */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
