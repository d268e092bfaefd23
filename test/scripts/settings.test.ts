import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT, protectData, readSettings, stateFile } from '../../stacks/settings';

test('without variables: no name, no offset, loopback, the default base image', () => {
  expect(readSettings({})).toEqual({
    environment: '',
    portOffset: 0,
    subnetSlot: 0,
    bindAddress: '127.0.0.1',
    baseImage: 'debian:trixie-slim',
    buildCaFile: undefined,
    protectData: false,
    stateBackend: { kind: 'local' },
    bitbucket: undefined,
  });
});

test('every variable reaches its setting', () => {
  const settings = readSettings({
    PORT_OFFSET: '100',
    BIND_ADDRESS: '192.0.2.1',
    BASE_IMAGE: 'registry.example.com/debian:13',
    SSL_CERT_FILE: '/etc/ca.pem',
    PROTECT_DATA: '1',
    STATE_BACKEND: 's3://bucket',
  });
  expect(settings).toMatchObject({
    portOffset: 100,
    bindAddress: '192.0.2.1',
    baseImage: 'registry.example.com/debian:13',
    buildCaFile: '/etc/ca.pem',
    protectData: true,
    stateBackend: { kind: 's3', bucket: 'bucket', prefix: '' },
  });
  expect(readSettings({ NODE_EXTRA_CA_CERTS: '/a.pem', SSL_CERT_FILE: '/b.pem' }).buildCaFile).toBe('/a.pem');
});

test.each(['PR-42', '-a', 'a-', 'a b', '../x', 'a'.repeat(31)])('ENVIRONMENT %p is refused', (ENVIRONMENT) => {
  expect(() => readSettings({ ENVIRONMENT })).toThrow(/^ENVIRONMENT: ".*"; write up to 30 lower-case letters/);
});

test.each(['-1', '1.5', 'x', '55001', ''])('PORT_OFFSET %p is refused', (PORT_OFFSET) => {
  expect(() => readSettings({ PORT_OFFSET })).toThrow(/^PORT_OFFSET: ".*"; write a whole number from 0 to 55000$/);
});

test('PROTECT_DATA is 1, 0, or not said', () => {
  expect([{}, { PROTECT_DATA: '' }, { PROTECT_DATA: '0' }, { PROTECT_DATA: '1' }].map(protectData)).toEqual([
    undefined,
    undefined,
    false,
    true,
  ]);
  expect(() => readSettings({ PROTECT_DATA: 'yes' })).toThrow(/^PROTECT_DATA: "yes"; write 1 to keep data/);
});

test('an environment that was never deployed has no ports, and the message says how it gets them', () => {
  expect(() => readSettings({ ENVIRONMENT: 'never-deployed' })).toThrow(
    /run "ENVIRONMENT=never-deployed npm run up" once$/,
  );
});

describe('BITBUCKET_LICENCE_FILE', () => {
  const folder = mkdtempSync(join(tmpdir(), 'licence-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  test('with version and image', () => {
    const licence = file('licence', 'text');
    expect(readSettings({ BITBUCKET_LICENCE_FILE: licence }).bitbucket).toEqual({ licenceFile: licence });
    const chosen = { BITBUCKET_LICENCE_FILE: licence, BITBUCKET_VERSION: '10.0.1', BITBUCKET_IMAGE: 'a/b:10.0.1' };
    expect(readSettings(chosen).bitbucket).toEqual({ licenceFile: licence, version: '10.0.1', image: 'a/b:10.0.1' });
    expect(readSettings({ ...chosen, BITBUCKET_IMAGE: './images' }).bitbucket?.image).toBe(join(PROJECT, 'images'));
  });

  test('is refused where it does not exist or is empty', () => {
    const refused =
      (path: string): (() => unknown) =>
      () =>
        readSettings({ BITBUCKET_LICENCE_FILE: path });
    expect(refused('no-licence')).toThrow(
      'BITBUCKET_LICENCE_FILE: "no-licence", which does not exist; name the file that has the text of the licence',
    );
    expect(refused(file('empty', ' \n'))).toThrow('which is empty; name the file');
  });
});

test('each environment and stack has a state file of its own', () => {
  const files = [stateFile('', 'a'), stateFile('', 'b'), stateFile('pr-42', 'a')];
  expect(new Set(files).size).toBe(3);
});
