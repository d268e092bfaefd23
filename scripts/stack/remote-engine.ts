import { isLoopback } from '../../constructs/environment';
import { remoteEngine } from '../setup/engine-address';
import { isFree, portsOf } from './ports';
import type { SynthesisedStack } from './synth';

/**
 * A deploy on an engine elsewhere works where its published ports are forwarded to this machine: the stacks' names,
 * `*.localhost`, lead every client here to this machine. Otherwise a sentence that says how to forward them.
 */
export async function remoteProblems(
  stack: SynthesisedStack,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string[]> {
  const engine = remoteEngine(variables);
  if (engine === undefined) return [];
  const bindAddress = variables.BIND_ADDRESS;
  if (bindAddress !== undefined && !isLoopback(bindAddress)) {
    return [
      `BIND_ADDRESS: ${bindAddress} of the engine at ${engine.href}, where no name of ${stack.name} leads; unset it, ` +
        'and forward the ports to this machine.',
    ];
  }
  const missing: number[] = [];
  for (const { ip, external } of portsOf(stack)) if (await isFree(ip, external)) missing.push(external);
  return missing.length === 0 ? [] : [forwardSentence(stack.name, engine, missing, bindAddress ?? '127.0.0.1')];
}

/** Exported for its test. */
export function forwardSentence(stack: string, engine: URL, ports: readonly number[], address: string): string {
  const user = engine.username === '' ? '' : `${engine.username}@`;
  const host = engine.hostname.replace(/^\[|\]$/g, '');
  const port = engine.protocol === 'ssh:' && engine.port !== '' ? `-p ${engine.port} ` : '';
  const at = address.includes(':') ? `[${address}]` : address;
  const forwards = ports.map((number) => `-L ${at}:${number}:${at}:${number}`).join(' ');
  return (
    `${stack}: the engine at ${engine.href} publishes its ports on its own loopback address, and the stack's names lead to ` +
    `this machine's; forward them first, then run this again: ssh -N ${forwards} ${port}${user}${host}`
  );
}
