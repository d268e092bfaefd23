import { App, TerraformStack } from 'cdktf';
import { declareBackend, readStateBackend, type StateBackend } from '../../stacks/state-backend';

const read = (STATE_BACKEND?: string): StateBackend => readStateBackend({ STATE_BACKEND });

test('files in state/, a server of states, a bucket', () => {
  expect([read(), read('')]).toEqual([{ kind: 'local' }, { kind: 'local' }]);
  expect(read('https://state.example.com/git/')).toEqual({ kind: 'http', address: 'https://state.example.com/git' });
  expect(read('http://127.0.0.1:8000')).toEqual({ kind: 'http', address: 'http://127.0.0.1:8000' });
  expect(read('s3://bucket/a/b/')).toEqual({ kind: 's3', bucket: 'bucket', prefix: 'a/b' });
  expect(read('s3://bucket')).toEqual({ kind: 's3', bucket: 'bucket', prefix: '' });
});

test.each(['state', 'ftp://host/x', 'https://host/x?y', 's3:///x'])('%j is refused', (text) => {
  expect(() => read(text)).toThrow(/^STATE_BACKEND: .*; write "https:\/\/host\/path" or "s3:\/\/bucket\/prefix"/);
});

test('an account in the address is refused, and not repeated', () => {
  expect(() => read('https://user:secret@host/x')).toThrow('TF_HTTP_USERNAME');
  expect(() => read('https://user:secret@host/x')).not.toThrow('secret');
});

function declared(backend: StateBackend): unknown {
  const stack = new TerraformStack(new App(), 'stack');
  declareBackend(stack, backend, 'pr-42-https-proxy', '../state/x.tfstate');
  return (stack.toTerraform() as { terraform: { backend: unknown } }).terraform.backend;
}

test('each becomes a backend of cdktf, with a state of its own for each stack and a lock', () => {
  expect(declared(read())).toEqual({ local: expect.objectContaining({ path: '../state/x.tfstate' }) as unknown });
  const address = 'https://host/git/pr-42-https-proxy';
  expect(declared(read('https://host/git'))).toEqual({
    http: expect.objectContaining({ address, lock_address: address, unlock_address: address }) as unknown,
  });
  expect(declared(read('s3://bucket/a'))).toEqual({
    s3: expect.objectContaining({
      ...{ bucket: 'bucket', key: 'a/pr-42-https-proxy.tfstate', encrypt: true, use_lockfile: true },
    }) as unknown,
  });
  expect(declared(read('s3://bucket'))).toMatchObject({ s3: { key: 'pr-42-https-proxy.tfstate' } });
});
