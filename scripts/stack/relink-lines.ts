import { knownName } from './ssh-files';

/** Where a stack is reached. */
export interface Place {
  readonly baseUrl: string;
  /** `ssh://git@host:port`; undefined without SSH. */
  readonly sshUrl: string | undefined;
}

/** What a change of the base URL means for a stack. */
export interface Move {
  readonly from: Place;
  readonly to: Place;
  /** As `npm run` takes it. */
  readonly stack: string;
  /** Whether it has Atlassian's server, which keeps a base URL of its own and links to other applications. */
  readonly isBitbucket: boolean;
}

/** One thing that does not follow from a deploy. */
export interface Errand {
  readonly what: string;
  readonly lines: readonly string[];
}

/** What else must change with the base URL: nothing where it is the same. */
export function errands(move: Move): readonly Errand[] {
  const { from, to } = move;
  const hasMoved = from.baseUrl !== to.baseUrl;
  return [
    ...(hasMoved && move.isBitbucket ? ofBitbucket(move) : []),
    ...(hasMoved ? [remotes(move)] : []),
    ...sshErrands(move),
    ...(hasMoved ? clients(move) : []),
  ];
}

/** All of it as text for people. */
export function relinkText(move: Move): string {
  const list = errands(move);
  const { from, to } = move;
  if (list.length === 0) return `${move.stack}: the base URL is ${to.baseUrl} as before; nothing else must change.\n`;
  const sections = list.map(({ what, lines }, index) => [
    '',
    `${index + 1}. ${what}`,
    ...lines.map((line) => `   ${line}`),
  ]);
  return `${[`${move.stack}: from ${from.baseUrl} to ${to.baseUrl}. What a deploy does not change:`, ...sections.flat()].join('\n')}\n`;
}

/** @see https://confluence.atlassian.com/bitbucketserver/specify-the-bitbucket-base-url-776640392.html */
function ofBitbucket({ from, to }: Move): Errand[] {
  const admin = `${to.baseUrl}/admin/server-settings`;
  return [
    {
      what: 'The base URL in Bitbucket itself',
      lines: [
        `${admin}: write ${to.baseUrl}`,
        'setup.baseUrl counts at the first start alone; until this is done, links, clone URLs and mails show the old one',
      ],
    },
    {
      what: 'Application links, on both sides',
      lines: [
        `here: ${to.baseUrl}/plugins/servlet/applinks/listApplicationLinks: each link must reach the other application from here, and use its present URL`,
        `there (Jira, Confluence, Bamboo, Crowd and others), under Application links: the link to ${from.baseUrl}:`,
        `  set its application URL and its display URL to ${to.baseUrl}; where it is shown as offline, use Relocate`,
        ...authorityLines(to),
      ],
    },
    {
      what: 'Webhooks, integrations and what comes back',
      lines: [
        `receivers that check where an event comes from, or read "links" in it, see ${to.baseUrl} from now on`,
        `what calls Bitbucket (build servers, bots, mirrors, status reporters) has ${from.baseUrl} in its settings: set it to ${to.baseUrl}`,
        `single sign-on: redirect and logout URLs at the identity provider that begin with ${from.baseUrl}`,
      ],
    },
  ];
}

function authorityLines({ baseUrl }: Place): string[] {
  if (!baseUrl.startsWith('https:')) return [];
  return ['  its Java must trust the authority of the new certificate: npm run trust has the lines'];
}

/** @see https://git-scm.com/docs/git-remote */
function remotes({ from, to }: Move): Errand {
  return {
    what: 'Remotes of clones, submodules and build jobs',
    lines: [
      'each clone:',
      `  ${setUrl(from.baseUrl, to.baseUrl)}`,
      'or, until all are changed, for everything that this user does with git:',
      `  git config --global url.${to.baseUrl}/.insteadOf ${from.baseUrl}/`,
      `.gitmodules that have ${from.baseUrl}/ in them: change, then git submodule sync --recursive`,
    ],
  };
}

/** The line that makes the remotes of a clone lead elsewhere; those that lead to neither stay. */
export function setUrl(from: string, to: string): string {
  return (
    `for remote in $(git remote); do url=$(git remote get-url "$remote"); ` +
    `case $url in "${from}"/*) git remote set-url "$remote" "${to}/\${url#"${from}"/}";; esac; done`
  );
}

function sshErrands({ from, to, isBitbucket }: Move): Errand[] {
  if (from.sshUrl === undefined || from.sshUrl === to.sshUrl) return [];
  if (to.sshUrl === undefined) {
    return [
      { what: 'SSH', lines: [`${from.sshUrl} answers no longer: such remotes must become ${to.baseUrl}/scm/...`] },
    ];
  }
  return [
    {
      what: 'The URL of SSH',
      lines: [
        ...(isBitbucket ? ['Bitbucket shows the new one by itself: plugin.ssh.baseurl is part of the deploy'] : []),
        'each clone:',
        `  ${setUrl(from.sshUrl, to.sshUrl)}`,
        `known_hosts: the same host keys under ${knownName(new URL(to.sshUrl))} (they did not change), and ${knownName(new URL(from.sshUrl))} may go:`,
        `  ssh-keygen -R '${knownName(new URL(from.sshUrl))}'`,
      ],
    },
  ];
}

function clients({ from, to, stack }: Move): Errand[] {
  const [old, now] = [new URL(from.baseUrl), new URL(to.baseUrl)];
  const lines = [
    `settings that git keeps for a URL: git config --global --get-regexp '^(http|credential)\\.${from.baseUrl}'`,
    ...(now.protocol === 'https:' ? [`  what trusts the certificate now: npm run trust -- ${stack}`] : []),
    `passwords that a credential helper has for ${old.origin} are asked for anew at ${now.origin}`,
    ...(old.hostname === now.hostname
      ? []
      : [`DNS: ${now.hostname} must lead to this server, ${old.hostname} no more`]),
    ...(old.protocol === 'https:' && now.protocol === 'http:' && old.hostname === now.hostname
      ? [`browsers that were at ${old.origin} refuse plain HTTP there while HSTS lasts: choose another host name`]
      : []),
  ];
  return [{ what: 'Clients', lines }];
}
