import { argument, directive } from './apache-text';

/**
 * Characters that mean themselves in a log of Apache and in JSON: it escapes all others, some of them in ways that JSON does
 * not know (\x16, \v).
 */
const CLEAN = String.raw`\x20\x21\x23-\x5b\x5d-\x7e`;
/** The same without a space and a question mark. */
const CLEAN_PATH = String.raw`\x21\x23-\x3e\x40-\x5b\x5d-\x7e`;
/** A request line, with the path as it came: without the authority, which may hold a password, and without the query. */
const REQUEST_PATH = String.raw`^\S+ (?:[A-Za-z]+://[^/?\s]*)?([${CLEAN_PATH}]+)(?:\?\S*)? `;

/**
 * What of a request gets into the log as a variable: as it is where it is clean, percent-encoded where it is not, and "-" where
 * the request was too bad to be read.
 * @see https://httpd.apache.org/docs/2.4/mod/mod_setenvif.html#setenvifexpr
 */
const VARIABLES: readonly (readonly [name: string, expression: string])[] = [
  ['log_method', String.raw`%{REQUEST_METHOD} =~ m#^([\w-]+)$#`],
  ['log_path', 'escape(%{REQUEST_URI}) =~ m#^(.+)$#'],
  ['log_path', `%{THE_REQUEST} =~ m#${REQUEST_PATH}#`],
  ['log_agent', 'escape(%{HTTP_USER_AGENT}) =~ m#^(.+)$#'],
  ['log_agent', `%{HTTP_USER_AGENT} =~ m#^([${CLEAN}]+)$#`],
];

/**
 * To the container's log, each request as JSON. Without query strings, which may hold tokens, and without Referer, which may
 * hold the query string of another page. The user is known to the backend only, whose log has it. Checks from inside are left
 * out.
 * @see https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats
 */
export function accessLog(speaksTls: boolean): string[] {
  const texts = {
    time: '%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t%{%z}t',
    client: '%a',
    method: '%{log_method}e',
    path: '%{log_path}e',
    protocol: '%H',
    status: '%>s',
    host: '%v',
    tls: speaksTls ? '%{SSL_PROTOCOL}x' : '-',
    agent: '%{log_agent}e',
  };
  const numbers = { in: '%I', out: '%O', ms: '%{ms}T' };
  const fields = [
    ...Object.entries(texts).map(([name, value]) => `"${name}":"${value}"`),
    ...Object.entries(numbers).map(([name, value]) => `"${name}":${value}`),
  ];
  return [
    ...VARIABLES.map(([name, expression]) => directive('SetEnvIfExpr', argument(expression), `${name}=$1`)),
    directive('LogFormat', argument(`{${fields.join(',')}}`), 'access'),
    `CustomLog "/dev/stdout" access "expr=%{REMOTE_ADDR} != '127.0.0.1'"`,
  ];
}
