import { Fn, TerraformOutput, TerraformStack, Testing } from 'cdktf';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceFile } from '../../constructs/docker/service-file';
import { ServiceFiles } from '../../constructs/docker/service-files';
import { Synthesised, synth, testEnvironment } from '../support/synth';

const files = [ServiceFile.text('a.conf', 'x=${y}'), ServiceFile.secret('tls/key.pem', 'secret')];

describe('ServiceFiles', () => {
  const stack = synth((environment) => {
    const made = new ServiceFiles(environment, 'files', { name: 'web', owner: 10042, files });
    new ServiceFiles(environment, 'others', { name: 'other', owner: 1, files });
    new TerraformOutput(TerraformStack.of(environment), 'revision', { value: made.revision });
  });
  const loader = stack.one('docker_container', 'env/files/loader');

  test('are written into a volume by a container that runs once and ends', () => {
    expect(stack.one('docker_volume', 'env/files/volume')).toMatchObject({ name: 't1-web-files' });
    expect(loader).toMatchObject({
      name: 't1-web-loader',
      command: ['load-files', '10042'],
      must_run: false,
      attach: true,
      logs: true,
      restart: 'no',
      volumes: [
        {
          container_path: '/files',
          volume_name: expect.stringMatching(/^\$\{docker_volume\.env_files_volume_\w+\.name\}$/) as string,
        },
      ],
      upload: [
        { file: '/staging/a.conf', content: 'x=$${y}', permissions: '0644' },
        { file: '/staging/tls/key.pem', content: 'secret', permissions: '0600' },
      ],
    });
    expect(stack.one('docker_container', 'env/others/loader')).toMatchObject({ command: ['load-files', '1'] });
  });

  test('the container is cut off from everything it does not need', () => {
    expect(loader).toMatchObject({
      network_mode: 'none',
      capabilities: { add: ['CAP_CHOWN'], drop: ['ALL'] },
      security_opts: ['no-new-privileges'],
      memory: 128,
      memory_swap: 128,
      log_driver: 'json-file',
      log_opts: { 'max-file': '3', 'max-size': '10m' },
    });
  });

  test('a loader that fails fails the deploy, and says where to look', () => {
    expect(loader['lifecycle']).toMatchObject({
      postcondition: [
        {
          condition: '${self.exit_code == 0}',
          error_message: expect.stringMatching(
            /^The files of test\/env\/files were not.*\n\$\{self\.container_logs\}\n.*docker rm t1-web-loader first\.$/,
          ) as string,
        },
      ],
    });
  });

  test('the revision changes with the content, without being made of it', () => {
    const outputs = (JSON.parse(stack.text) as { output: Record<string, { value: string }> }).output;
    expect(outputs['revision']?.value).toMatch(/^\$\{random_id\.env_files_revision_\w+\.hex\}$/);
    expect(stack.one('random_id', 'env/files/revision')).toMatchObject({ byte_length: 8 });
  });

  test('the revision follows path, mode and content of each file, and values that only Terraform knows', () => {
    const keepers = (...made: readonly ServiceFile[]): Record<string, string> =>
      synth((environment) => new ServiceFiles(environment, 'files', { name: 'web', owner: 1, files: made })).one(
        'random_id',
        'env/files/revision',
      )['keepers'] as Record<string, string>;
    const before = keepers(...files);
    expect(keepers(...files)).toEqual(before);
    expect(JSON.stringify(before)).not.toMatch(/secret|x=/);
    const others = [
      keepers(ServiceFile.text('a.conf', 'x'), ServiceFile.secret('tls/key.pem', 'secret')),
      keepers(ServiceFile.text('b.conf', 'x=${y}'), ServiceFile.secret('tls/key.pem', 'secret')),
      keepers(ServiceFile.text('a.conf', 'x=${y}'), ServiceFile.secret('tls/key.pem', 'other')),
      keepers(ServiceFile.text('a.conf', 'x=${y}'), ServiceFile.text('tls/key.pem', 'secret')),
    ];
    for (const other of others) expect(other).not.toEqual(before);
    const reloaded = ServiceFile.text('c.conf', 'x', { isReloaded: true });
    expect(keepers(...files, reloaded)).toEqual(before);
    expect(keepers(ServiceFile.secret('key', Fn.trimspace('x')))['key']).toBe('${sha256(trimspace("x"))}');
  });

  test('there is no revision where the service reloads every file', () => {
    const reloaded = ['a', 'b'].map((path) => ServiceFile.secret(path, 'x', { isReloaded: true }));
    const made = new ServiceFiles(testEnvironment(), 'files', { name: 'web', owner: 1, files: reloaded });
    expect(made.revision).toBeUndefined();
  });

  test('all loaders of an environment share one image', () => {
    expect(Object.keys(stack.all('docker_image'))).toEqual(['env/loader-image']);
  });

  test('refuse two files at one path', () => {
    expect(
      () => new ServiceFiles(testEnvironment(), 'files', { name: 'web', owner: 1, files: [...files, ...files] }),
    ).toThrow(/^test\/env\/files: the file "a\.conf" twice; give each file a path of its own$/);
  });

  test('refuse a path that is a file and a folder', () => {
    const both = [ServiceFile.text('tls', 'x'), ServiceFile.text('tls/key.pem', 'x')];
    expect(() => new ServiceFiles(testEnvironment(), 'files', { name: 'web', owner: 1, files: both })).toThrow(
      /^test\/env\/files: "tls" as a file and as a folder; give the file another name$/,
    );
  });

  test('refuse a name that Docker does not take', () => {
    expect(() => new ServiceFiles(testEnvironment(), 'files', { name: 'We_b', owner: 1, files })).toThrow(
      /the name "t1-We_b-files"/,
    );
  });
});

describe('a large text', () => {
  const large = `\${x} ${'a'.repeat(256 * 1024)}`;
  const made = (text: string) => {
    const environment = testEnvironment();
    const file = ServiceFile.text('a/large.txt', text);
    const { revision } = new ServiceFiles(environment, 'files', { name: 'web', owner: 1, files: [file, ...files] });
    return { stack: TerraformStack.of(environment), revision };
  };

  test('is written beside the stack, as it is, and not part of configuration and state', () => {
    const { stack } = made(large);
    const folder = join(Testing.fullSynth(stack), 'stacks/test');
    const source = 'files/env/files/a/large.txt';
    expect(readFileSync(join(folder, source), 'utf8')).toBe(large);
    const json = readFileSync(join(folder, 'cdk.tf.json'), 'utf8');
    expect(json.length).toBeLessThan(20_000);
    const [upload, ...others] = new Synthesised(stack).one('docker_container', 'env/files/loader')['upload'] as Record<
      string,
      unknown
    >[];
    const sourceHash = createHash('sha256').update(large).digest('hex');
    expect(upload).toEqual({ file: '/staging/a/large.txt', source, source_hash: sourceHash, permissions: '0644' });
    expect(others.map((other) => 'content' in other)).toEqual([true, true]);
  });

  test('restarts the service like a small one when it changes', () => {
    const keepers = (text: string): unknown =>
      new Synthesised(made(text).stack).one('random_id', 'env/files/revision')['keepers'];
    expect(keepers(large)).toEqual(keepers(large));
    expect(keepers(large)).not.toEqual(keepers(`${large}b`));
  });

  test('is never a secret', () => {
    expect(ServiceFile.secret('key', large).largeText).toBeUndefined();
    expect(ServiceFile.text('small', 'a').largeText).toBeUndefined();
  });
});
