import { block } from './nginx-text';

/** Texts, which nginx escapes as JSON does. The path is the one that is looked up, so it is decoded. */
const TEXTS = {
  time: '$time_iso8601',
  client: '$remote_addr',
  method: '$request_method',
  path: '$uri',
  protocol: '$server_protocol',
  status: '$status',
  host: '$server_name',
  tls: '$ssl_protocol',
  agent: '$http_user_agent',
  backend: '$upstream_addr',
  backendStatus: '$upstream_status',
};
const NUMBERS = { in: '$request_length', out: '$bytes_sent', s: '$request_time' };

const FIELDS = [
  ...Object.entries(TEXTS).map(([name, value]) => `"${name}":"${value}"`),
  ...Object.entries(NUMBERS).map(([name, value]) => `"${name}":${value}`),
];

/**
 * To the container's log, each request as JSON. Without query strings, which may hold tokens, and without Referer, which may
 * hold the query string of another page. The user is known to the backend only, whose log has it. Checks from inside are left
 * out.
 * @see https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format
 */
export const ACCESS_LOG = [
  '# Errors of single requests are told with the whole request line: the access log has what became of them, without its query.',
  'error_log stderr crit;',
  ...block('map $remote_addr $is_logged', ['default 1;', '127.0.0.1 0;']),
  `log_format access escape=json '{${FIELDS.join(',')}}';`,
  'access_log /dev/stdout access if=$is_logged;',
];
