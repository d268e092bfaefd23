import type { Attributes } from './tomcat-xml';

const TEXTS = {
  time: "%{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}t",
  // As the RemoteIpValve found it; a client cannot set this attribute.
  client: '%a',
  user: '%u',
  method: '%m',
  path: '%U',
  protocol: '%H',
  status: '%s',
  host: '%v',
  agent: '%{User-Agent}i',
};
/** %B is 0 where %b is "-". */
const NUMBERS = { out: '%B', ms: '%{ms}T' };

const FIELDS = [
  ...Object.entries(TEXTS).map(([name, value]) => `"${name}":"${value}"`),
  ...Object.entries(NUMBERS).map(([name, value]) => `"${name}":${value}`),
];

/**
 * Each request on standard output as JSON, with the fields that the proxies' logs have. Tomcat escapes quotes, backslashes and
 * all but printable ASCII as JSON does in what clients choose, and takes no path with any of them. Without query strings, which
 * may hold tokens.
 * @see https://tomcat.apache.org/tomcat-10.1-doc/config/valve.html#Access_Log_Valve
 */
export const ACCESS_LOG: Attributes = {
  className: 'org.apache.catalina.valves.AccessLogValve',
  directory: '/dev',
  prefix: 'stdout',
  suffix: '',
  fileDateFormat: '',
  rotatable: false,
  buffered: false,
  checkExists: false,
  requestAttributesEnabled: true,
  pattern: `{${FIELDS.join(',')}}`,
};
