import { HttpBackend, LocalBackend, S3Backend, type TerraformStack } from 'cdktf';
import { InputError, quoted } from '../constructs/errors';

/** Where the states of an environment are kept. Each of these locks a state while somebody changes it. */
export type StateBackend =
  | { readonly kind: 'local' }
  | { readonly kind: 'http'; readonly address: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string };

/**
 * `STATE_BACKEND`: nothing for files in `state/`, `https://host/path` for a server of states, `s3://bucket/prefix` for a
 * bucket. Credentials are in the variables that Terraform has for them, and never in here: this becomes part of files.
 */
export function readStateBackend(variables: Readonly<Record<string, string | undefined>>): StateBackend {
  const text = variables.STATE_BACKEND ?? '';
  if (text === '') return { kind: 'local' };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.search === '' && url.hash === '' && url.username + url.password === '';
  if (isPlain && /^https?:$/.test(url.protocol)) return { kind: 'http', address: text.replace(/\/+$/, '') };
  if (isPlain && url.protocol === 's3:' && url.hostname !== '') {
    return { kind: 's3', bucket: url.hostname, prefix: url.pathname.replace(/^\/+|\/+$/g, '') };
  }
  throw new InputError(
    'STATE_BACKEND',
    isPlain ? quoted(text) : 'what is no URL, or one with an account, a query or a fragment',
    'write "https://host/path" or "s3://bucket/prefix", and credentials into TF_HTTP_USERNAME, TF_HTTP_PASSWORD or AWS_...',
  );
}

/**
 * Tells a stack where its state is. For another of cdktf's backends (pg, gcs, azurerm, ...) this is the place.
 * @param name of the stack in its environment; no two have the same
 * @param localFile relative to the folder that Terraform runs in
 */
export function declareBackend(stack: TerraformStack, backend: StateBackend, name: string, localFile: string): void {
  switch (backend.kind) {
    case 'local':
      new LocalBackend(stack, { path: localFile });
      break;
    case 'http': {
      const address = `${backend.address}/${name}`;
      new HttpBackend(stack, { address, lockAddress: address, unlockAddress: address });
      break;
    }
    case 's3': {
      const key = [backend.prefix, `${name}.tfstate`].filter((part) => part !== '').join('/');
      new S3Backend(stack, { bucket: backend.bucket, key, encrypt: true });
      // A lock of S3's own, for which cdktf has no property.
      stack.addOverride('terraform.backend.s3.use_lockfile', true);
    }
  }
}
