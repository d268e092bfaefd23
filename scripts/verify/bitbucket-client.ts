import type { Subject } from './check';
import { basic, get, postJson, type Answer } from './http-client';

const LOGIN = '/rest/tsv/1.0/authenticate';

/**
 * A GET of Bitbucket's as somebody: with Basic authentication, and where that is off, as from version 10 on, with a session.
 * @param path below the base URL
 */
export async function getAs(
  subject: Subject,
  { username, password }: { readonly username: string; readonly password: string },
  path: string,
): Promise<Answer> {
  const { base_url: base } = subject.outputs;
  const answer = await get(subject, `${base}${path}`, basic(username, password));
  if (answer.status !== 403 || !answer.body.includes('Basic Authentication has been disabled')) return answer;
  const credentials = { username, password, rememberMe: false, targetUrl: '' };
  const login = await postJson(subject, `${base}${LOGIN}`, credentials, { 'x-atlassian-token': 'no-check' });
  if (login.status >= 300) return login;
  const cookies = (login.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]);
  return get(subject, `${base}${path}`, { cookie: cookies.join('; ') });
}
