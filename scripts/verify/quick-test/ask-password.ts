import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { InputError, quoted } from '../../../constructs/errors';

/** Asks at the terminal, without showing what is typed. Command lines and environments are open to others. */
export async function askPassword(user: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new InputError(
      '--user',
      `${quoted(user)} and no terminal`,
      'run it in a terminal, where the password is asked for',
    );
  }
  process.stdout.write(`Password of ${user}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const closed = new AbortController();
  lines.on('SIGINT', () => closed.abort());
  lines.on('close', () => closed.abort());
  try {
    const password = await lines.question('', { signal: closed.signal });
    // A login without a password is one as nobody (RFC 4513, 5.1.2), which servers let in.
    if (password === '') throw new InputError('--user', 'no password', 'type the one of the account');
    return password;
  } finally {
    lines.close();
    process.stdout.write('\n');
  }
}
