import type { Proof } from './proof';

/** Faults and the tests in which they happen; those under traffic count the pushes that were acknowledged meanwhile. */
export const FAULTS: readonly Proof[] = [
  {
    name: 'kill -9 of each container in mid-push and mid-clone',
    tests: ['under traffic kill -9', 'kill -9 of the main process of'],
  },
  { name: 'The directory stopped for 10 s', tests: ['under traffic the directory stopped'] },
  {
    name: 'The directory silent for 5 s',
    tests: ['under traffic the directory silent', 'the first directory is away silent'],
  },
  { name: 'The directory cut off in mid-answer', tests: ['under traffic connections to the directory cut'] },
  { name: 'Disk full on the repositories volume', tests: ['under traffic the disk of the repositories full'] },
  { name: 'Disk full on the LDAP volume', tests: ['under traffic the disk of the directory full'] },
  { name: 'Memory limit hit', tests: ['under traffic the memory limit'] },
  { name: 'Network disconnected for 30 s', tests: ['under traffic the network of'] },
  { name: 'Proxy up before the server', tests: ['under traffic the proxy up before the server', 'does not resolve'] },
  {
    name: "The server's address changed",
    tests: ['under traffic another address of the server', 'found again at another address'],
  },
  {
    name: 'Certificate expired or not yet valid',
    tests: ['expired certificate fails the deploy', 'certificates in their window are replaced'],
  },
  { name: "slapd's clock 1 h ahead", tests: ['the clock of the directory 1 h ahead'] },
  { name: 'Deploy interrupted (SIGINT, SIGKILL) at ten moments', tests: ['a deploy that is interrupted'] },
  { name: 'Docker engine killed and restarted', tests: ['the engine killed and started again'] },
  {
    name: 'Containers removed, secrets rotated, state lost',
    tests: ['removed by hand', 'the password of the service account rotated', 'the state lost'],
  },
];
