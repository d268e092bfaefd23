import { TerraformStack, Testing } from 'cdktf';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceImage } from '../../constructs/docker/service-image';
import type { EnvironmentProps } from '../../constructs/environment';
import { synth, testEnvironment, type Resource } from '../support/synth';

function built(props: Partial<EnvironmentProps> = {}, folder = 'loader'): Resource {
  return synth((environment) => ServiceImage.built(environment, 'image', folder), props).one(
    'docker_image',
    'env/image',
  );
}

describe('ServiceImage.built', () => {
  test('is tagged by the hash of its folder, and kept when the service goes', () => {
    const image = built();
    const tag = (image['name'] as string).split(':')[1] ?? '';
    expect(image).toMatchObject({
      name: expect.stringMatching(/^cdktf-git-topology\/loader:[0-9a-f]{12}$/) as string,
      keep_locally: true,
      build: {
        context: expect.stringMatching(/^..\/..\/images\/loader-[0-9a-f]{12}$/) as string,
        build_args: { BASE_IMAGE: 'debian:trixie-slim' },
        force_remove: true,
      },
      triggers: { content: tag },
    });
    expect(built()['name']).toBe(image['name']);
  });

  test('has another tag for another folder or base image', () => {
    const tags = [built(), built({}, 'apache'), built({ baseImage: 'registry.example.com/debian:13' })].map(
      (image) => (image['name'] as string).split(':')[1],
    );
    expect(new Set(tags).size).toBe(3);
  });

  test('takes the base image of its environment', () => {
    expect(built({ baseImage: 'registry.example.com/debian:13' })).toMatchObject({
      build: { build_args: { BASE_IMAGE: 'registry.example.com/debian:13' } },
    });
  });

  test('has its folder and the CA file for its downloads beside the stack', () => {
    const caFile = join(mkdtempSync(join(tmpdir(), 'service-image-')), 'ca.pem');
    writeFileSync(caFile, 'authority');
    for (const [buildCaFile, content] of [
      [caFile, 'authority'],
      [undefined, ''],
      ['/nowhere/ca.pem', ''],
    ] as const) {
      const environment = testEnvironment({ buildCaFile });
      ServiceImage.built(environment, 'image', 'loader');
      const folder = join(Testing.fullSynth(TerraformStack.of(environment)), 'stacks/test');
      const { build } = built({ buildCaFile }) as { build: { context: string } };
      const context = join(folder, build.context);
      expect(existsSync(join(context, 'Dockerfile'))).toBe(true);
      expect(readFileSync(join(context, 'build-ca.pem'), 'utf8')).toBe(content);
    }
    expect(built({ buildCaFile: caFile })['name']).toBe(built()['name']);
  });
});

describe('ServiceImage.built from an absolute path', () => {
  test('has the name of the folder', () => {
    expect(built({}, join(__dirname, '../../images/loader'))).toEqual(built());
  });
});

describe('ServiceImage.named', () => {
  test.each([
    'debian:13',
    'registry.example.com:5000/team/apache:2.4',
    `apache@sha256:${'0'.repeat(64)}`,
    'a/b:1@sha256:00',
  ])('pulls %j', (name) => {
    const image = synth((environment) => ServiceImage.named(environment, 'image', name)).one(
      'docker_image',
      'env/image',
    );
    expect(image).toMatchObject({ name, keep_locally: true });
    expect(image).not.toHaveProperty('build');
  });

  test.each(['', 'debian', 'registry.example.com:5000/apache', ':1', 'a b:1', '${x}:1', '-a:1'])(
    'refuses %j',
    (name) => {
      expect(() => ServiceImage.named(testEnvironment(), 'image', name)).toThrow(
        /the image .*; write name and tag or digest/,
      );
    },
  );
});
