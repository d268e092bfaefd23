import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { InputError } from '../errors';
import { HARDENING_CHECKS, isHardeningCheckId, type HardeningCheckId } from './checks';
import type { ContainerSettings } from './container-settings';
import type { Problem } from './hardening-check';
import { HardeningException } from './hardening-exception';
import { stackContainers } from './stack-containers';

export interface Violation extends Problem {
  readonly check: HardeningCheckId;
}

/** Every check that a container breaks, excepted or not. */
export function violationsOf(settings: ContainerSettings): readonly Violation[] {
  return Object.entries(HARDENING_CHECKS).flatMap(([check, { problem }]) => {
    const found = problem(settings);
    return found === undefined || !isHardeningCheckId(check) ? [] : [{ check, ...found }];
  });
}

/**
 * Makes the synth of an environment's stack fail for containers that break a check without an exception: those of the
 * environment, and those that overrides of the stack add.
 */
export function assertHardening(environment: IConstruct): void {
  environment.node.addValidation({ validate: () => problemsOf(environment) });
}

function problemsOf(environment: IConstruct): string[] {
  const containers = stackContainers(TerraformStack.of(environment)).filter(
    ({ construct }) => construct === undefined || construct.node.scopes.includes(environment),
  );
  const used = new Set<HardeningException>();
  const problems = containers.flatMap(({ path, construct, settings }) => {
    const exceptions = (construct ?? environment).node.scopes.flatMap((scope) => HardeningException.at(scope));
    return violationsOf(settings).flatMap(({ check, got, instead }) => {
      const applying = exceptions.filter((exception) => exception.check === check);
      applying.forEach((exception) => used.add(exception));
      return applying.length > 0 ? [] : [sentence(path, check, got, instead)];
    });
  });
  const unused = environment.node
    .findAll()
    .flatMap((scope) => HardeningException.at(scope))
    .filter((exception) => !used.has(exception))
    .map(
      ({ scope, check }) =>
        new InputError(scope.node.path, `an exception of ${check} that no container needs`, 'leave it out').message,
    );
  return [...problems, ...unused];
}

function sentence(path: string, check: HardeningCheckId, got: string, instead: string): string {
  const { rule } = HARDENING_CHECKS[check];
  return new InputError(
    path,
    `${got} (${check}: ${rule})`,
    `${instead}; or say why not with HardeningException.of(construct, { check: '${check}', reason: '...' })`,
  ).message;
}
