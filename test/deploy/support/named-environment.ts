import { spawn, type ChildProcess } from 'node:child_process';
import { engineName, environmentName, PROJECT, reservationFile, stateFile } from '../../../stacks/settings';
import { readFileSync } from 'node:fs';
import { objectsOf, type EngineObject } from '../../../scripts/stack/engine-objects';
import type { Reservation } from '../../../stacks/settings';
import { command, type Result } from './command';

/** An environment beside the one of the tests, whose commands are run as people run them. */
export class NamedEnvironment {
  public readonly name: string;

  /** @param suffix follows the name of the tests' own environment */
  public constructor(
    suffix: string,
    private readonly stack = 'http-direct',
  ) {
    this.name = `${environmentName(process.env)}-${suffix}`;
  }

  /** `npm run NAME -- STACK` in the environment. */
  public run(name: string, env: NodeJS.ProcessEnv = {}, cwd = PROJECT): Promise<Result> {
    return command(process.execPath, ['scripts/run.mjs', name, this.stack], { env: this.environment(env), cwd });
  }

  /** The same in the background, as the leader of a process group of its own. */
  public start(name: string): ChildProcess {
    return spawn(process.execPath, ['scripts/run.mjs', name, this.stack], {
      cwd: PROJECT,
      env: this.environment({}),
      stdio: 'ignore',
      detached: true,
    });
  }

  public get reservation(): Reservation {
    return JSON.parse(readFileSync(reservationFile(this.name), 'utf8')) as Reservation;
  }

  public get stateFile(): string {
    return stateFile(this.name, this.stack);
  }

  public get engineName(): string {
    return engineName(this.name, this.stack);
  }

  public container(service: string): string {
    return `${this.engineName}-${service}`;
  }

  public onEngine(): Promise<EngineObject[]> {
    return objectsOf(this.engineName);
  }

  private environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return { ...process.env, ...env, ENVIRONMENT: this.name };
  }
}
