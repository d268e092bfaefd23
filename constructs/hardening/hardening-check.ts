import type { ContainerSettings } from './container-settings';

/** What is wrong with a container, and what to write instead: two parts of a sentence. */
export interface Problem {
  readonly got: string;
  readonly instead: string;
}

/** One rule for containers, and how a container that breaks it is told. */
export interface HardeningCheck {
  /** What must be so. */
  readonly rule: string;
  /** What the same rule is called by hadolint (DL), trivy (DS) and checkov (CKV). @default - by nothing else */
  readonly sameAs?: readonly string[];
  readonly problem: (container: ContainerSettings) => Problem | undefined;
}

/** A check that is broken where the condition holds. */
export function problemIf(isBroken: boolean, got: string, instead: string): Problem | undefined {
  return isBroken ? { got, instead } : undefined;
}
