/** How a test runs a command of the pages. */
export interface CommandRun {
  /** The commands that it is, as the pages have them: comments and continuation lines are gone. */
  readonly command: RegExp;
  /** The file whose code runs it. */
  readonly test: string;
  /** A call in that file, by its text: comments and strings of other calls do not count. */
  readonly call: RegExp;
}

const LIFECYCLE = 'test/deploy/suites/lifecycle.ts';
const ENVIRONMENTS = 'test/deploy/environments.test.ts';
const BACKUP = 'test/deploy/backup.test.ts';
const OPEN_LDAP = 'test/deploy/open-ldap.test.ts';
const PATH = 'test/deploy/strangers-path.test.ts';

/** A command of package.json alone, or with the default stack. */
const plain = (name: string): RegExp => new RegExp(`^npm run ${name}( -- https-proxy)?$`);

/** What the blocks of README and docs/ tell people to run, by the test that runs it. */
export const COMMANDS_RUN: readonly CommandRun[] = [
  { command: plain('up'), test: LIFECYCLE, call: /^npmRun\('up', stack\.name\)$/ },
  { command: plain('down'), test: LIFECYCLE, call: /^npmRun\('down', stack\.name\)$/ },
  { command: plain('plan'), test: LIFECYCLE, call: /^npmRun\('plan', stack\.name\)$/ },
  { command: plain('verify'), test: 'test/deploy/all-stacks.test.ts', call: /^npmRun\('verify', name\)$/ },
  { command: plain('trust'), test: 'test/deploy/suites/trust.ts', call: /^npmRun\('trust', stack\.name\)$/ },
  { command: plain('sbom'), test: 'test/deploy/suites/bill-of-materials.ts', call: /^npmRun\('sbom', stack\.name\)$/ },
  { command: plain('ls'), test: ENVIRONMENTS, call: /^succeed\(process\.execPath, \['scripts\/run\.mjs', 'ls'/ },
  { command: plain('sweep'), test: ENVIRONMENTS, call: /^npmRun\('sweep'\)$/ },
  { command: plain('lint'), test: 'test/lint/lint.test.ts', call: /^spawnSync\('npm', \['run', '--silent', 'lint'\]/ },
  {
    command: /^npm run relink( -- https-proxy)?$/,
    test: 'test/deploy/bitbucket-stack.test.ts',
    call: /^npmRun\('relink', 'bitbucket'\)$/,
  },
  { command: /^npm run relink -- --from \S+ https-proxy$/, test: PATH, call: /^npmRun\('relink', '--from', / },
  {
    command: /^npm run verify -- https-proxy --user \w+$/,
    test: PATH,
    call: /^npmRun\('verify', '--user', 'reader', NAME\)$/,
  },
  { command: /^npm run backup( -- https-proxy \S+)?$/, test: BACKUP, call: /^run\('backup', NAME, file\)$/ },
  { command: /^npm run restore( -- https-proxy \S+)?$/, test: BACKUP, call: /^npmRun\('restore', NAME, file\)$/ },
  {
    command: /^ENVIRONMENT=copy npm run restore -- \S+ \S+$/,
    test: BACKUP,
    call: /^inCopy\('restore', '--keys', NAME/,
  },
  {
    command: /^ENVIRONMENT=\S+ TTL=\S+ npm run up$/,
    test: ENVIRONMENTS,
    call: /^one\.run\('up', \{ ?TTL: '1h' ?\}\)$/,
  },
  { command: /^ENVIRONMENT=\S+ npm run up -- \S+$/, test: ENVIRONMENTS, call: /^one\.run\('up'\)$/ },
  { command: /^ENVIRONMENT=\S+ npm run down -- --all$/, test: PATH, call: /^npmRun\('down', '--all'\)$/ },
  {
    command: /^npm run (--silent )?diagram( -- .+)?$/,
    test: 'test/scripts/diagram/command.test.ts',
    call: /^join\(PROJECT, 'scripts\/diagram\.ts'\)$/,
  },
  {
    command: /^npm run docs$/,
    test: 'test/lint/api-reference.test.ts',
    call: /^join\(PROJECT, 'node_modules\/\.bin\/typedoc'\)$/,
  },
  {
    command: /^npm run (pack|build|prepack)$/,
    test: 'test/support/fresh-project.ts',
    call: /^execFileSync\(process\.execPath, pack, /,
  },
  {
    command: /^npm install \.\.\/cdktf-git-topology-\S+\.tgz$/,
    test: 'test/support/fresh-project.ts',
    call: /^execFileSync\('npm', \['install', /,
  },
  {
    command: /^BITBUCKET_LICENCE_FILE=\S+ npm run up -- bitbucket$/,
    test: 'test/deploy/bitbucket-stack.test.ts',
    call: /^npmRun\('up', 'bitbucket'\)$/,
  },
  { command: /^npx cdktf deploy https-proxy$/, test: PATH, call: /^cdktf\('deploy'\)$/ },
  { command: /^npx cdktf destroy https-proxy$/, test: PATH, call: /^cdktf\('destroy'\)$/ },
  {
    command: /^git -c http\.sslCAInfo=\S+ clone \S+$/,
    test: 'test/deploy/support/git-client.ts',
    call: /^command\('git', \['-c', `http\.sslCAInfo=\$\{this\.stack\.caFile\}`/,
  },
  {
    command: /^git config --global http\.\S+\.sslCAInfo \S+$/,
    test: 'test/deploy/suites/trust.ts',
    call: /^run\(trustGit\)$/,
  },
  {
    command: /^GIT_SSH_COMMAND='ssh -F \S+ -i \S+' git clone ssh:\S+$/,
    test: 'test/deploy/support/ssh-client.ts',
    call: /^command\('git', args, .*gitSshCommand/,
  },
  {
    command: /^docker exec git-ldap backup-directory >\S+$/,
    test: OPEN_LDAP,
    call: /^succeed\('docker', \['exec', stack\.container\('ldap'\), 'backup-directory'\]\)$/,
  },
  {
    command: /^docker exec -i git-ldap restore-directory <\S+$/,
    test: OPEN_LDAP,
    call: /^command\('docker', \['exec', '-i', stack\.container\('ldap'\), 'restore-directory'\]/,
  },
  {
    command: /^docker restart git-ldap$/,
    test: OPEN_LDAP,
    call: /^succeed\('docker', \['restart', stack\.container\('ldap'\)\]\)$/,
  },
];

/** Are run as far as `--help`, by test/lint/commands.test.ts as all commands: a test of the tests would be the tests. */
export const HELP_ALONE: readonly string[] = ['setup', 'bench', 'test', 'test:full', 'test:large', 'test:unit'];

/** Programs of the system, which look at something and change nothing: no test runs them as they stand. */
export const LOOKS_ALONE = /^(docker (logs|ps) |curl |openssl s_client |git ls-remote )/;
