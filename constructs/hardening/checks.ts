import { FILE_CHECKS } from './file-checks';
import type { HardeningCheck } from './hardening-check';
import { IMAGE_CHECKS } from './image-checks';
import { NAMESPACE_CHECKS } from './namespace-checks';
import { NETWORK_CHECKS } from './network-checks';
import { PRIVILEGE_CHECKS } from './privilege-checks';
import { RESOURCE_CHECKS } from './resource-checks';

const ALL = {
  ...IMAGE_CHECKS,
  ...PRIVILEGE_CHECKS,
  ...NAMESPACE_CHECKS,
  ...FILE_CHECKS,
  ...NETWORK_CHECKS,
  ...RESOURCE_CHECKS,
};

/**
 * Number of a check: `CIS-` as in the CIS Docker Benchmark 1.6, `DS-` as in trivy, `GT-` one of this project.
 * docs/hardening.md says what each asks for.
 */
export type HardeningCheckId = keyof typeof ALL;

/** What every container of every stack is looked at for. */
export const HARDENING_CHECKS: Readonly<Record<HardeningCheckId, HardeningCheck>> = ALL;

export function isHardeningCheckId(text: string): text is HardeningCheckId {
  return Object.hasOwn(ALL, text);
}
