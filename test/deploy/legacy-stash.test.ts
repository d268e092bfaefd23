import { LegacyStash } from '../../constructs/bitbucket/legacy-stash';
import { ServiceImage } from '../../constructs/docker/service-image';
import { Environment } from '../../constructs/environment';
import { Access } from '../../constructs/git/access';
import { DirectAccess } from '../../constructs/git/direct-access';
import { ApacheProxy } from '../../constructs/proxy/apache-proxy';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import { AdHocClient } from './support/ad-hoc-client';
import { AdHocStack, type Build } from './support/ad-hoc-stack';
import { succeed } from './support/command';

/**
 * What LegacyStash renders, in a real Tomcat behind a real proxy: the Tomcat 10.1 of the Git server's image with a few
 * static pages, because no image of Stash, whose Tomcat is 7 or 8.0, is to be had. Where those differ from 10.1 it is
 * told to do as they do.
 */
const stack = new AdHocStack('stash');
const client = new AdHocClient();
const HOST = 'stash.localhost';
const INSTALLATION = '/opt/stash';
let ports = { proxy: 0, open: 0 };
afterAll(async () => {
  client.remove();
  await stack.destroy();
});

/** Pages in place of Stash, of which one may be sent over TLS alone, and Tomcat with the server.xml that is in its home. */
const START = String.raw`
set -eu
tomcat=/tmp/tomcat
pages=$tomcat/atlassian-stash
settings=/opt/stash/conf/Catalina/localhost
mkdir -p $pages/WEB-INF $pages/projects $settings
ln -s /usr/share/tomcat10/lib $tomcat/lib
printf '{"state":"RUNNING"}' >$pages/status
echo secret >$pages/confidential
cat >$pages/WEB-INF/web.xml <<'EOF'
<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
  <servlet>
    <servlet-name>default</servlet-name>
    <servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class>
  </servlet>
  <servlet-mapping><servlet-name>default</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
  <security-constraint>
    <web-resource-collection>
      <web-resource-name>confidential</web-resource-name><url-pattern>/confidential</url-pattern>
    </web-resource-collection>
    <user-data-constraint><transport-guarantee>CONFIDENTIAL</transport-guarantee></user-data-constraint>
  </security-constraint>
</web-app>
EOF
# Redirects to whole URLs, as Tomcat 7 and 8.0 send them.
echo '<Context useRelativeRedirects="false"/>' >$settings/context.xml.default
bin=/usr/share/tomcat10/bin
exec java -Djava.io.tmpdir=/opt/stash/temp -Dcatalina.home=$tomcat -Dcatalina.base=/opt/stash \
  -cp $bin/bootstrap.jar:$bin/tomcat-juli.jar org.apache.catalina.startup.Bootstrap \
  -config "$STASH_HOME/shared/server.xml" start
`;

const topology: Build = (scope, settings) => {
  ports = { proxy: settings.port(0), open: settings.port(1) };
  const env = new Environment(scope, 'env', settings.environment(0));
  const ca = new CertificateAuthority(env, 'ca');
  const url = PublicUrl.https(HOST, { port: ports.proxy, contextPath: '/stash' });
  const stash = new LegacyStash(env, 'stash', {
    access: Access.behindProxy(url, DirectAccess.open(ports.open)),
    image: ServiceImage.built(env, 'tomcat', 'git-server'),
    user: 10001,
    // What the image has for its user to write to.
    home: '/var/lib/git-repositories',
    installation: INSTALLATION,
    command: ['sh', '-c', START],
    memory: 1024,
  });
  new ApacheProxy(env, 'proxy', {
    virtualHosts: [
      VirtualHost.https(url, { certificate: ca.issue('proxy', { hosts: [HOST] }), proxyPass: [stash.proxyPass()] }),
    ],
  });
  return { ca: ca.caPem };
};

/** Where a connector sends somebody who calls it by the name of another host. */
async function redirectInside(port: number, path: string): Promise<string> {
  const ask = ['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code} %{redirect_url}', '-H', 'Host: inside:81'];
  return succeed('docker', ['exec', stack.container('stash'), ...ask, `http://127.0.0.1:${port}${path}`]);
}

test('Tomcat takes server.xml, and the proxy serves it', async () => {
  const outputs = await stack.apply(topology);
  client.use(outputs['ca'] as string, {});
  const base = `https://${HOST}:${ports.proxy}/stash`;
  expect((await client.curl(`${base}/status`)).body).toBe('{"state":"RUNNING"}');
  expect((await client.curl(`${base}/projects`)).headers['location']).toBe(`${base}/projects/`);
});

test('the connector of the proxy: every URL is the base URL, and it counts as secure', async () => {
  const base = `https://${HOST}:${ports.proxy}/stash`;
  expect(await redirectInside(7990, '/stash/projects')).toBe(`302 ${base}/projects/`);
  expect(await redirectInside(7990, '/stash')).toBe(`302 ${base}/`);
  expect(await redirectInside(7990, '/stash/confidential')).toBe('200 ');
});

test('the open one: URLs as they are asked for, and what is confidential goes to the redirect port', async () => {
  expect(await redirectInside(7992, '/stash/projects')).toBe('302 http://inside:81/stash/projects/');
  expect(await redirectInside(7992, '/stash/confidential')).toBe('302 https://inside:8443/stash/confidential');
  const reply = await client.curl(`http://${HOST}:${ports.open}/stash/projects`);
  expect(reply.headers['location']).toBe(`http://${HOST}:${ports.open}/stash/projects/`);
});

test('Tomcat knows every attribute of server.xml, but the one that later ones than that of Stash renamed', async () => {
  const log = await stack.logs('stash');
  const unknown = [...log.matchAll(/Match \[(.*)\] failed to set property \[(\w+)\]/g)];
  expect(new Set(unknown.map(([, where, name]) => `${where} ${name}`))).toEqual(
    new Set(['Server/Service/Connector compressableMimeType']),
  );
  // The pages that stand for Stash bring no folder for other applications.
  const severe = log
    .split('\n')
    .filter((line) => line.startsWith('SEVERE') && !line.includes(`${INSTALLATION}/webapps`));
  expect(severe).toEqual([]);
});

test('Tomcat writes to its folders of the installation, and nobody to another one', async () => {
  const inside = (script: string): Promise<string> =>
    succeed('docker', ['exec', stack.container('stash'), 'sh', '-c', script]);
  const folders = ['conf/Catalina/localhost', 'work/Catalina/localhost/stash'];
  await inside(folders.map((folder) => `test -d ${INSTALLATION}/${folder}`).join(' && '));
  expect(await inside(`touch ${INSTALLATION}/conf/other 2>&1 || true`)).toContain('Read-only file system');
});

test('the home has the two files, for its user alone', async () => {
  const files = ['server.xml', 'stash-config.properties'].map((file) => `/var/lib/git-repositories/shared/${file}`);
  const stat = await succeed('docker', ['exec', stack.container('stash'), 'stat', '-c', '%a %u', ...files]);
  expect(stat.trim().split('\n')).toEqual(['600 10001', '600 10001']);
});
