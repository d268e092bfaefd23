import { GIT_PORT } from '../../constructs/git/connector';
import { basic, get } from './http-client';
import { expectEqual, type Check, type Subject } from './check';

/** The proxy: its certificate, its redirect, what it lets through, and that nothing goes past it. */
export function httpChecks(subject: Subject): Check[] {
  const { base_url: base, users } = subject.outputs;
  return [
    {
      title: `${base}/status answers RUNNING, with a certificate of the CA for that name`,
      run: async () => {
        const { status, body } = await get(subject, `${base}/status`);
        expectEqual('the status', status, 200);
        expectEqual('the state', (JSON.parse(body) as { state: unknown }).state, 'RUNNING');
      },
    },
    {
      title: 'anonymous is asked to log in',
      run: async () => expectEqual('the status', (await get(subject, `${base}/`)).status, 401),
    },
    {
      title: 'reader sees the list of repositories',
      run: async () => {
        const { status, body } = await get(subject, `${base}/`, basic('reader', users['reader'] ?? ''));
        expectEqual('the status', status, 200);
        expectEqual('demo/hello in the page', body.includes('demo/hello'), true);
        expectEqual('demo/private in the page', body.includes('demo/private'), false);
        expectEqual(`port ${GIT_PORT} in the page`, body.includes(`:${GIT_PORT}`), false);
      },
    },
  ];
}
