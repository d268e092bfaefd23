import { createConnection } from 'node:net';
import { sshPort } from '../stack/ssh-files';
import { getAs } from './bitbucket-client';
import { expectEqual, type Check, type Subject } from './check';
import { statusCheck } from './http-checks';
import { get, type Answer } from './http-client';

const API = '/rest/api/latest';
/** Answers to administrators alone. */
const GROUP_PERMISSIONS = `${API}/admin/permissions/groups`;
/** Answers to everyone who may log in. */
const PROJECTS = `${API}/projects?limit=1`;
const BANNER_MS = 10_000;

/** What Bitbucket must do with its proxy and its directories; nothing of repositories, which are its users' own. */
export function bitbucketChecks(subject: Subject): Check[] {
  const { administrator, users, directories = [], base_url: base } = subject.outputs;
  if (administrator === undefined) return [];
  const as = (username: string, path: string): Promise<Answer> =>
    getAs(subject, { username, password: users[username] ?? '' }, path);
  const asAdministrator = async (path: string): Promise<unknown> => {
    const { status, body } = await getAs(subject, administrator, path);
    expectEqual(`the status of ${path}`, status, 200);
    return JSON.parse(body);
  };
  return [
    statusCheck(subject),
    {
      title: 'anonymous may not see who may do what',
      run: async () => expectRefused('for anonymous', await get(subject, `${base}${GROUP_PERMISSIONS}`)),
    },
    {
      title: 'reader and writer may log in',
      run: async () => {
        for (const user of ['reader', 'writer']) {
          expectEqual(`the status for ${user}`, (await as(user, PROJECTS)).status, 200);
        }
      },
    },
    {
      title: 'outsider may not',
      run: async () => expectRefused('for outsider', await as('outsider', PROJECTS)),
    },
    {
      title: 'admin administers the server, and reader does not',
      run: async () => {
        expectEqual('the status for admin', (await as('admin', GROUP_PERMISSIONS)).status, 200);
        expectRefused('for reader', await as('reader', GROUP_PERMISSIONS));
      },
    },
    {
      title: `its directories are, behind its own: ${directories.map(({ name }) => name).join(', ')}`,
      run: async () => {
        const { values } = (await asAdministrator(`${API}/admin/user-directories`)) as Page<{ name: string }>;
        const names = values.slice(1).map(({ name }) => name);
        expectEqual('the list', names.join(', '), directories.map(({ name }) => name).join(', '));
      },
    },
    {
      title: 'links that it gives are on the base URL',
      run: async () => {
        const { values } = (await asAdministrator(`${API}/projects?limit=25`)) as Page<Linked>;
        const links = values.flatMap((project) => project.links.self.map(({ href }) => href));
        const elsewhere = links.find((href) => !href.startsWith(`${base}/`));
        if (elsewhere === undefined) return;
        throw new Error(
          `${elsewhere} is not; Bitbucket keeps the URL of its first start: npm run relink says what to do`,
        );
      },
    },
    {
      title: 'no more accounts may use it than the licence is for',
      run: async () => {
        const licence = (await asAdministrator(`${API}/admin/license`)) as Licence;
        const { currentNumberOfUsers: count } = licence.status;
        if (licence.unlimitedNumberOfUsers || count <= licence.maximumNumberOfUsers) return;
        throw new Error(`${count} may, and it is for ${licence.maximumNumberOfUsers}: Bitbucket refuses pushes then`);
      },
    },
    ...sshCheck(subject),
  ];
}

function expectRefused(whom: string, { status }: Answer): void {
  if (![401, 403].includes(status)) throw new Error(`the status ${whom} is ${status}, not 401 or 403`);
}

interface Page<T> {
  readonly values: readonly T[];
}

interface Linked {
  readonly links: { readonly self: readonly { readonly href: string }[] };
}

interface Licence {
  readonly maximumNumberOfUsers: number;
  readonly unlimitedNumberOfUsers: boolean;
  readonly status: { readonly currentNumberOfUsers: number };
}

/** Which key the server has, and whose it takes, is known to itself alone. */
function sshCheck({ bindAddress, outputs }: Subject): Check[] {
  if (outputs.ssh_url === undefined) return [];
  const port = Number(sshPort(new URL(outputs.ssh_url)));
  return [
    {
      title: `${outputs.ssh_url} answers as a server of SSH`,
      run: async () => {
        const banner = await firstBytes(bindAddress, port);
        if (!banner.startsWith('SSH-2.0-')) throw new Error(`it says ${JSON.stringify(banner)}`);
      },
    },
  ];
}

function firstBytes(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, timeout: BANNER_MS });
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(bytes.toString('latin1'));
    });
    socket.on('timeout', () => socket.destroy(new Error(`no answer within ${BANNER_MS / 1000} s`)));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('it closed the connection and said nothing')));
  });
}
