import type { Proof } from './proof';

/** Attacks and the tests in which they are made, with real clients on real containers: docs/reliability.md has their results. */
export const ATTACKS: readonly Proof[] = [
  {
    name: 'Host header injection: missing, twice, foreign, in a target of absolute form',
    tests: ['the name of the host', 'port 7990 redirects to the name of the proxy'],
  },
  {
    name: 'X-Forwarded-*, Forwarded, X-Real-IP, also named in Connection',
    tests: [
      'what clients claim of other proxies',
      'whatever the client says',
      'a client cannot choose the address that is logged',
      'on the open port nobody is believed to be a proxy',
    ],
  },
  {
    name: 'X-Remote-User and other headers that name a user or another path',
    tests: ['nobody is logged in by the header'],
  },
  {
    name: 'Request smuggling: CL.TE, TE.CL, TE.TE, two lengths, folded and bare lines, sizes that are none',
    tests: ['one answer at most', 'one arrives, or none'],
  },
  {
    name: 'Path tricks: ..;/ %2e%2e %2f // %00 %252e %c0%ae',
    tests: [
      'is not resolved by one and passed on by another',
      'does not lead past the login',
      'with dot segments go nowhere',
      'writer gets nothing from',
      'neither writer nor a stranger gets anything from',
    ],
  },
  { name: 'NUL and other control characters in a target', tests: ['in a target is refused'] },
  {
    name: 'Repository names as options, programs, URLs and paths, over HTTP',
    tests: ['is none, over HTTP', 'the service '],
  },
  { name: 'Commands and repository names over SSH', tests: ['writer gets nothing by'] },
  {
    name: 'LDAP injection in user names, over HTTP and SSH',
    tests: ['is nobody, over HTTP', 'is nobody, over SSH', 'the user name '],
  },
  {
    name: 'Brute force: the lock, many guesses at once, and nobody else locked out',
    tests: [
      'six wrong passwords lock the account for a while, and no other',
      'wrong passwords at the same time are no way around the lock',
      'three wrong ones lock a person, and never the service account',
    ],
  },
  {
    name: 'Headers that never end',
    tests: ['who never ends the headers of a request', 'never end the headers of a request'],
  },
  { name: 'A body that never comes', tests: ['who never sends the body of a request is not waited for'] },
  { name: '10,000 idle connections', tests: ['idle connections are bounded in memory'] },
  {
    name: '1 GB of headers, of a chunk extension, of trailers',
    tests: ['takes no memory, and others are served'],
  },
  {
    name: 'Packs of kilobytes that unpack to 900 MiB, by a delta, as a tree, as a file',
    tests: [
      'is no harm to others, over HTTPS',
      'is no harm to others, over SSH',
      'the pages of what was pushed answer',
    ],
  },
  {
    name: 'A commit that one way in could not read',
    tests: ['a commit of 60 MiB is refused over HTTPS and SSH alike'],
  },
  { name: 'Anonymous binds, searches without a bind', tests: ['a bind without a name is refused'] },
  { name: 'Binds with a name and no password', tests: ['a name without a password is not logged in'] },
  { name: 'LDAP without TLS', tests: ['the directory answers nobody without TLS', 'nothing but StartTLS is answered'] },
  {
    name: "LDAP from the proxy's network, and the directory's way to anywhere",
    tests: ['does not reach', 'share no network', 'loaders have no network'],
  },
  { name: 'Another way in than the published ones', tests: ['no port but those of the URL'] },
  {
    name: 'A published directory as a way in or out',
    tests: ['the network of a published directory leads to nobody else'],
  },
  {
    name: 'userPassword as the service account: read, filter, compare, change',
    tests: [
      'the service account reads no password',
      'and no passwords, old ones among them',
      'sees nothing beside users and groups',
    ],
  },
  {
    name: 'SSH: shell, terminal, subsystem, other users, passwords',
    tests: [
      'SSH refuses no shell',
      'no terminal',
      'no subsystem',
      'no other user than git',
      'the right password is no way in',
    ],
  },
  { name: 'SSH forwarding: -L, -R, -D, -W, -A, -X', tests: ['SSH refuses forwarding'] },
  {
    name: 'XSS in names of files, branches and tags, messages, README, .gitmodules',
    tests: ['run no script, in any page', 'has no markup of what was pushed', 'no browser shows as a page'],
  },
  { name: 'Symbolic links in pushed trees', tests: ['a symbolic link is a text, and leads nowhere'] },
  {
    name: 'Trees with .git, .., .gitmodules as links or with options',
    tests: ['trees that a checkout would be harmed by are refused'],
  },
  { name: "Command injection in cgit's parameters", tests: ['runs nothing, reads nothing and adds no header'] },
];
