import { run } from '../setup/run-command';
import { illContainers } from './engine-objects';

/** A line for each container of an environment that is not healthy yet or any more, with what its last health check said. */
export async function unhealthy(environment: string): Promise<string[]> {
  const ill = await illContainers(environment);
  const format = '{{if .State.Health}}{{range .State.Health.Log}}{{json .Output}}\n{{end}}{{end}}';
  return Promise.all(
    ill.map(async ({ name, status }) => {
      const { stdout } = await run('docker', ['inspect', '--format', format, name]);
      const last = stdout.trim().split('\n').at(-1) ?? '';
      const said = last === '' ? '' : (JSON.parse(last) as string).trim();
      return `${name}: ${status}${said === '' ? '' : `: ${said}`}`;
    }),
  );
}
