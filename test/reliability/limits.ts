/** What the tests have found and nothing here mends; docs/reliability.md ends with it. */
export const LIMITS: readonly string[] = [
  'Ten thousand idle connections to Apache keep others waiting for as long as they are kept up: each takes a worker until the time ' +
    'for headers is over (20 s). nginx and Tomcat serve others meanwhile; TLS handshakes left unfinished keep others of Tomcat waiting, too.',
  "Ports published on a loopback address pass the engine's own proxy process, which has two open files for each connection and ends when " +
    'they run out; the container goes on, and a restart of it makes the engine open the port again. Other addresses are not concerned.',
  'A clone that reads a large pack while `git gc` removes it, because it has packed everything anew, is cut off and has to be repeated: JGit closes ' +
    'packs that are gone. Nothing is lost by it.',
  'A writer can fill the disk, as with any Git server: nothing bounds the size of a repository.',
  'A published directory can still reach ports of the host itself, though nothing beyond it.',
];
