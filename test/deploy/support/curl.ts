import { succeed } from './command';
import type { Stack } from './stack';

export interface Reply {
  readonly status: number;
  /** Lower-case names, the last of several with one name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface CurlOptions {
  /** Whose account to log in with; anonymous without. */
  readonly user?: string;
  readonly password?: string;
  readonly method?: string;
  readonly headers?: readonly string[];
  /** Body of the request, as JSON. */
  readonly json?: unknown;
}

/** One request to a stack, as one of its accounts. */
export function curl(stack: Stack, url: string, options: CurlOptions = {}): Promise<Reply> {
  return curlWith(stack.caFile, (user) => stack.password(user), url, options);
}

/** One request with the stock curl: the path is sent as it is written, and the chain must verify. */
export async function curlWith(
  caFile: string,
  passwordOf: (user: string) => string,
  url: string,
  options: CurlOptions = {},
): Promise<Reply> {
  const { user } = options;
  // Accounts on standard input: a command line is open to everyone on the machine.
  const config =
    user === undefined ? '' : `user = ${JSON.stringify(`${user}:${options.password ?? passwordOf(user)}`)}\n`;
  const text = await succeed(
    'curl',
    [
      '--silent',
      '--show-error',
      '--include',
      '--path-as-is',
      '--max-time',
      '60',
      '--noproxy',
      '*',
      '--cacert',
      caFile,
      ...(options.method === 'HEAD' ? ['--head'] : ['--request', options.method ?? 'GET']),
      ...(options.headers ?? []).flatMap((header) => ['--header', header]),
      ...(options.json === undefined
        ? []
        : ['--header', 'Content-Type: application/json', '--data', JSON.stringify(options.json)]),
      '--config',
      '-',
      url,
    ],
    { input: config },
  );
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...fields] = text.slice(0, end).split('\r\n');
  const headers = fields.map((field): [string, string] => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(' ')[1]), headers: Object.fromEntries(headers), body: text.slice(end + 4) };
}
