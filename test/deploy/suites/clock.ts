import { Environment } from '../../../constructs/environment';
import { ServiceImage } from '../../../constructs/docker/service-image';
import { Access } from '../../../constructs/git/access';
import { TomcatGitServer } from '../../../constructs/git/tomcat-git-server';
import { OpenLdapServer } from '../../../constructs/ldap/open-ldap-server';
import { PublicUrl } from '../../../constructs/proxy/public-url';
import { CertificateAuthority } from '../../../constructs/tls/certificate-authority';
import { BASE_DN, DemoAccounts, demoRepositories, demoSeed } from '../../../stacks/demo-directory';
import { AdHocClient } from '../support/ad-hoc-client';
import { AdHocStack, type Build } from '../support/ad-hoc-stack';
import { succeed } from '../support/command';
import { DirectoryServer } from '../support/directory-server';
import { measured } from '../support/measured';
import { until } from '../support/until';

const AHEAD = 'cdktf-git-topology-test/openldap-ahead:latest';
/** The image of the directory with a library in front of all programs that makes the clock 1 h late, or early. */
const dockerfile = (image: string): string => `FROM ${image}
USER root
RUN apt-get update && apt-get install -y --no-install-recommends libfaketime && rm -rf /var/lib/apt/lists/*
RUN ln -s /usr/lib/*/faketime/libfaketime.so.1 /usr/lib/libfaketime.so.1
ENV LD_PRELOAD=/usr/lib/libfaketime.so.1 FAKETIME=+1h
USER 10002:10002
`;

const stack = new AdHocStack('clock');
const client = new AdHocClient();
let port = 0;
const ldap = (): DirectoryServer => new DirectoryServer(stack.container('ldap'), '');
const login = async (user: string): Promise<number> =>
  (await client.curl(`http://clock.localhost:${port}/`, { user }).catch(() => ({ status: 0 }))).status;

const topology =
  (image?: string): Build =>
  (scope, settings) => {
    port = settings.port(0);
    const env = new Environment(scope, 'env', settings.environment(0));
    const accounts = new DemoAccounts(scope, 'accounts');
    const ca = new CertificateAuthority(env, 'ca');
    const directory = new OpenLdapServer(env, 'ldap', {
      baseDn: BASE_DN,
      certificate: ca.issue('ldap', { hosts: ['ldap'] }),
      seed: demoSeed(),
      passwords: accounts.passwordsByDn,
      passwordPolicy: { maxFailures: 5, maxAgeDays: 90 },
      ...(image === undefined ? {} : { image: ServiceImage.named(env, 'ahead', image) }),
    });
    new TomcatGitServer(env, 'git', {
      access: Access.direct(PublicUrl.http('clock.localhost', { port })),
      directories: [directory.directory()],
      repositories: demoRepositories(),
    });
    return { ca: ca.caPem, users: accounts.passwords };
  };

/** A deploy and two more, and a package that nothing else needs: for the full run. */
export function clock(): void {
  afterAll(async () => {
    client.remove();
    await stack.destroy();
  });

  test('the clock of the directory 1 h ahead, and right again: logins go on, and every entry is there', async () => {
    const outputs = await stack.apply(topology());
    client.use(outputs['ca'] as string, outputs['users'] as Record<string, string>);
    const entries = async (): Promise<string[]> => [...(await ldap().entries(BASE_DN)).keys()].sort();
    const before = await entries();
    const image = (await succeed('docker', ['inspect', '-f', '{{.Config.Image}}', stack.container('ldap')])).trim();
    await succeed('docker', ['build', '--network', 'host', '--tag', AHEAD, '-'], { input: dockerfile(image) });
    for (const [each, hours] of [
      [AHEAD, 1],
      [undefined, 0],
    ] as const) {
      await stack.apply(topology(each));
      const { output } = await ldap().run('date', '+%s');
      expect(Math.round((Number(output) - Date.now() / 1000) / 3600)).toBe(hours);
      for (const user of ['reader', 'writer', 'admin']) {
        expect(
          await until(
            () => login(user),
            (status) => status === 200,
            30,
          ),
        ).toBe(200);
      }
      // What is changed in either time can be changed again in the other.
      await ldap().change(
        `dn: uid=reader,ou=people,${BASE_DN}\nchangetype: modify\nreplace: title\ntitle: hour ${hours}\n`,
      );
      expect((await ldap().entry(`uid=reader,ou=people,${BASE_DN}`))['title']).toEqual([`hour ${hours}`]);
      expect(await entries()).toEqual(before);
    }
    measured('logins and changes went on both ways');
  });
}
