import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goDocument, imageDocument } from '../../scripts/sbom/documents';
import { parseContents } from '../../scripts/sbom/image-contents';
import { PROJECT } from '../../stacks/settings';

const HASH = 'a'.repeat(64);
const CONTENTS = parseContents(
  'registry.example.com:5000/team/git-server:0123',
  [
    'debian\t13',
    '--',
    'libc6:amd64\t2.41-12+deb13u1\tamd64\tglibc\t2.41-12+deb13u1',
    'perl-base\t1:5.40.1-6\tamd64\tperl\t5.40.1-6',
    'adduser\t3.152\tall\tadduser\t3.152',
    '--',
    `${HASH}  /opt/git-server/tomcat/lib/slf4j-api-2.0.17.jar`,
    `${'b'.repeat(64)}  /opt/git-server/tomcat/lib/git-server.jar`,
    '--',
    '',
    'The following files have been resolved:',
    '   org.slf4j:slf4j-api:jar:2.0.17:compile -- module org.slf4j',
    '   org.other:thing:jar:1.0:runtime',
    '',
  ].join('\n'),
);

interface Document {
  readonly specVersion: string;
  readonly metadata: { readonly component: Readonly<Record<string, string>> };
  readonly components: readonly Readonly<Record<string, unknown>>[];
}

async function checked(text: string): Promise<Document> {
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
  return JSON.parse(text) as Document;
}

test('an image has its packages and jars, as the schema of CycloneDX wants them', async () => {
  const document = await checked(imageDocument(CONTENTS));
  expect(document.specVersion).toBe('1.6');
  expect(document.metadata.component).toMatchObject({
    type: 'container',
    name: 'registry.example.com:5000/team/git-server',
    version: '0123',
  });
  expect(document.components.map(({ name, version, purl }) => [name, version, purl])).toEqual([
    ['git-server.jar', undefined, undefined],
    ['adduser', '3.152', 'pkg:deb/debian/adduser@3.152?arch=all&distro=debian-13'],
    [
      'libc6',
      '2.41-12+deb13u1',
      'pkg:deb/debian/libc6@2.41-12%2Bdeb13u1?arch=amd64&distro=debian-13&upstream=glibc%402.41-12%2Bdeb13u1',
    ],
    [
      'perl-base',
      '1:5.40.1-6',
      'pkg:deb/debian/perl-base@1:5.40.1-6?arch=amd64&distro=debian-13&upstream=perl%405.40.1-6',
    ],
    ['slf4j-api', '2.0.17', 'pkg:maven/org.slf4j/slf4j-api@2.0.17'],
  ]);
  expect(document.components.at(-1)).toMatchObject({ hashes: [{ alg: 'SHA-256', content: HASH }] });
});

test('the same contents give the same text', () => {
  expect(imageDocument(CONTENTS)).toBe(imageDocument({ ...CONTENTS, packages: [...CONTENTS.packages].reverse() }));
});

test('what is built with Go has its modules, and none that is only looked at', async () => {
  const goSum = readFileSync(join(PROJECT, 'offline/docker/go.sum'), 'utf8');
  const { components } = await checked(goDocument('docker', goSum));
  expect(components.map(({ name }) => name)).toContain('github.com/docker/docker');
  expect(components.length).toBe(
    goSum.split('\n').filter((line) => / \S+ h1:/.test(` ${line}`) && !line.includes('/go.mod ')).length,
  );
});

test('a document that is wrong does not pass', async () => {
  const wrong = imageDocument(CONTENTS).replace('"type": "library"', '"type": "books"');
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(wrong)).not.toBeNull();
});
