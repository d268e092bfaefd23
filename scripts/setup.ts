import { parseArgs } from 'node:util';
import { stopEngine } from './setup/engine';
import { setUp } from './setup/set-up';

const HELP = `Usage: npm run setup [-- --stop]

Finds or gets what the other commands need: Docker Engine, the base image, Terraform or OpenTofu, the providers.
Installs packages only as root and only with apt-get, and says so first; otherwise prints the line to run and stops.
The other commands do this themselves; run it alone to see what it does, or before going offline.

  --stop     stop the dockerd that an earlier set-up started (one that a service manager runs is left alone)
  --help     show this

Environment: BASE_IMAGE (debian:trixie-slim), TERRAFORM_BINARY_NAME, DOCKER_HOST, XDG_CACHE_HOME,
NODE_EXTRA_CA_CERTS or SSL_CERT_FILE (CA certificates for builds that download), HTTPS_PROXY, NO_PROXY, GOPROXY.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean' }, stop: { type: 'boolean' } } });
  if (values.help) process.stdout.write(HELP);
  else if (values.stop) process.stdout.write((await stopEngine()) ? 'dockerd stopped\n' : 'No dockerd of ours runs\n');
  else await setUp();
}

main().catch((error: unknown) => {
  process.stderr.write(`setup: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
