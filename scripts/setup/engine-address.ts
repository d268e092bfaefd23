import { isLoopback } from '../../constructs/environment';
import { run } from './run-command';

const LOCAL_SOCKET = 'unix:///var/run/docker.sock';

/** The address of an engine on another machine, as `DOCKER_HOST` has it; undefined where it is on this one. */
export function remoteEngine(variables: Readonly<Record<string, string | undefined>>): URL | undefined {
  const address = variables.DOCKER_HOST ?? '';
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['tcp:', 'http:', 'https:', 'ssh:'].includes(url.protocol)) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || isLoopback(host) ? undefined : url;
}

/**
 * Docker's client follows a context, Terraform's provider does not: what set-up looks at and what is deployed to would
 * be two engines.
 */
export async function refuseContext(variables: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { stdout } = await run('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  const problem = contextProblem(stdout.trim(), variables);
  if (problem !== undefined) throw new Error(problem);
}

/** @param host where Docker's client goes */
export function contextProblem(
  host: string,
  variables: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { DOCKER_HOST: address = LOCAL_SOCKET, DOCKER_CONTEXT: context = '' } = variables;
  if (host === address && context === '') return undefined;
  return (
    `Docker's client goes to ${host} by a context, which Terraform's provider does not follow: ` +
    `unset DOCKER_CONTEXT and write DOCKER_HOST=${host} (for TLS also DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH), then run this again.`
  );
}
