import type { PublicUrl } from '../proxy/public-url';

/**
 * The settings of cgit that all repositories share. Each request gets them together with the one repository of its path.
 * @see https://git.zx2c4.com/cgit/tree/cgitrc.5.txt
 */
export function renderCgitRc(url: PublicUrl): string {
  const settings: readonly (readonly [string, string])[] = [
    ['virtual-root', `${url.contextPath}/browse/`],
    ['css', `${url.contextPath}/assets/cgit.css`],
    ['js', `${url.contextPath}/assets/cgit.js`],
    ['logo', `${url.contextPath}/assets/cgit.png`],
    ['logo-link', `${url.contextPath}/`],
    ['favicon', `${url.contextPath}/assets/favicon.ico`],
    ['root-title', 'Repositories'],
    ['root-desc', url.base],
    ['clone-url', `${url.base}/scm/$CGIT_REPO_URL`],
    // Each request may only see what the account may read, and pages change with every push.
    ['cache-size', '0'],
    ['cache-repo-ttl', '0'],
    ['cache-root-ttl', '0'],
    ['cache-dynamic-ttl', '0'],
    ['cache-about-ttl', '0'],
    ['cache-snapshot-ttl', '0'],
    ['enable-http-clone', '0'],
    ['enable-git-config', '0'],
    ['enable-html-serving', '0'],
    ['enable-index-owner', '0'],
    ['enable-commit-graph', '1'],
    ['robots', 'noindex, nofollow'],
    // Kinds that cgit makes itself: a compressor of its own process would outlive an aborted download.
    ['snapshots', 'tar zip'],
    // Kilobytes of a file that are shown with line numbers; larger ones can be downloaded.
    ['max-blob-size', '1024'],
    ['max-stats', 'quarter'],
  ];
  return settings.map(([name, value]) => `${name}=${value}\n`).join('');
}
