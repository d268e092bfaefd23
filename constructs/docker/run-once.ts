import type { ContainerConfig } from '@cdktf/provider-docker/lib/container';

/** Label of containers that run once: those that failed are removed before a deploy, so that they run again. */
export const RUN_ONCE_LABEL = 'cdktf-git-topology.runs';

/** What a container that runs once in a deploy, which waits for it and shows what it said, has in common with the others. */
export function runOnce(memory: number): Partial<ContainerConfig> {
  return {
    mustRun: false,
    attach: true,
    logs: true,
    restart: 'no',
    securityOpts: ['no-new-privileges'],
    memory,
    // Left out, the engine stores twice the memory and every plan would differ.
    memorySwap: memory,
    logDriver: 'json-file',
    logOpts: { 'max-file': '3', 'max-size': '10m' },
  };
}
