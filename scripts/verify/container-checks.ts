import { activeContainers, lines } from '../stack/engine-objects';
import type { StackOutputs } from '../stack/out-files';
import { sshPort } from '../stack/ssh-files';
import { run } from '../setup/run-command';
import type { Check, Subject } from './check';

/** Every long-running container of the stack is up and healthy. */
export function containerChecks({ outputs }: Subject): Check[] {
  return [
    {
      title: 'all containers are healthy',
      run: async () => {
        const containers = await activeContainers(outputs.environment);
        const ill = containers.filter(({ status }) => !status.includes('(healthy)'));
        if (containers.length > 0 && ill.length === 0) return;
        throw new Error(ill.map(({ name, status }) => `${name}: ${status}`).join(', ') || 'there are none');
      },
    },
    ...(outputs.proxy_name === undefined ? [] : [closedPort(outputs)]),
  ];
}

/** SSH is past the proxy always, and Bitbucket serves it itself. */
function closedPort({ environment, ssh_url: ssh }: StackOutputs): Check {
  return {
    title: 'the Git server publishes no port past the proxy',
    run: async () => {
      const { stdout } = await run('docker', ['port', `${environment}-git`]);
      const port = ssh === undefined ? '' : sshPort(new URL(ssh));
      const others = lines(stdout).filter((line) => !line.startsWith(`${port}/tcp `));
      if (others.length > 0) throw new Error(others.join(', '));
    },
  };
}
