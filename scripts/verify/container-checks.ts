import { lines } from '../stack/engine-objects';
import { run } from '../setup/run-command';
import type { Check, Subject } from './check';

/** Every long-running container of the stack is up and healthy. */
export function containerChecks({ outputs }: Subject): Check[] {
  return [
    {
      title: 'all containers are healthy',
      run: async () => {
        const { stdout } = await run('docker', [
          'container',
          'ls',
          '--all',
          '--format',
          '{{.Names}}\t{{.Status}}',
          '--filter',
          `label=cdktf-git-topology.environment=${outputs.environment}`,
        ]);
        const containers = lines(stdout).filter((line) => !line.includes('Exited (0)'));
        const ill = containers.filter((line) => !line.includes('(healthy)'));
        if (containers.length === 0 || ill.length > 0)
          throw new Error(ill.join(', ').replaceAll('\t', ': ') || 'there are none');
      },
    },
    {
      title: 'the Git server publishes no port past the proxy',
      run: async () => {
        const { stdout } = await run('docker', ['port', `${outputs.environment}-git`]);
        if (stdout !== '') throw new Error(stdout);
      },
    },
  ];
}
