import { randomUUID } from 'node:crypto';

/**
 * Types of resources whose values are made once and kept: keys, passwords, and certificates of those keys. All others a deploy
 * makes anew for the environment that it is in.
 */
const KEPT_TYPES: ReadonlySet<string> = new Set([
  'random_password',
  'tls_cert_request',
  'tls_locally_signed_cert',
  'tls_private_key',
  'tls_self_signed_cert',
]);

interface StateResource {
  readonly mode: string;
  readonly type: string;
  /** `provider["registry.terraform.io/hashicorp/tls"]` */
  readonly provider: string;
}

interface State {
  readonly version: number;
  readonly terraform_version?: string;
  readonly resources?: readonly StateResource[];
}

/** The version of the state's format that both Terraform since 0.12 and OpenTofu write. */
const STATE_VERSION = 4;

/**
 * A Terraform state of nothing but keys, certificates and passwords, to begin an environment with. The same text again gives
 * another lineage, because it is another state.
 * @throws where the state is of a format that this code does not know
 */
export function secretState(text: string): string {
  const state = parse(text);
  return `${JSON.stringify({
    version: STATE_VERSION,
    ...(state.terraform_version === undefined ? {} : { terraform_version: state.terraform_version }),
    serial: 1,
    lineage: randomUUID(),
    outputs: {},
    resources: (state.resources ?? []).filter(({ mode, type }) => mode === 'managed' && KEPT_TYPES.has(type)),
    check_results: null,
  })}\n`;
}

/** Number of resources in a state; "" is one that there is not. */
export function resourceCount(text: string): number {
  return text.trim() === '' ? 0 : (parse(text).resources?.length ?? 0);
}

/**
 * The same state for the registry that the present Terraform or OpenTofu takes its providers from.
 * @param registry such as `registry.opentofu.org`
 */
export function forRegistry(text: string, registry: string): string {
  const state = parse(text);
  const resources = (state.resources ?? []).map((resource) => ({
    ...resource,
    provider: resource.provider.replace(/\["registry\.(terraform\.io|opentofu\.org)\//, `["${registry}/`),
  }));
  return `${JSON.stringify({ ...state, resources })}\n`;
}

function parse(text: string): State {
  const state = JSON.parse(text) as State;
  if (state.version !== STATE_VERSION) {
    throw new Error(`The Terraform state has format ${state.version}: only format ${STATE_VERSION} is known here.`);
  }
  return state;
}
