import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT } from '../../stacks/settings';

/** What the package says of itself. */
export interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** What a user's project has beside the package to be written in TypeScript. */
const TOOLS = ['typescript', '@types/node'];

/** A project elsewhere that has nothing of this repository but the tarball of `npm run pack`. */
export class FreshProject {
  /** In no folder of this repository, whose node_modules Node would find. */
  public readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'fresh-project-')));
  public readonly tarball: string;

  public constructor() {
    const pack = ['scripts/run.mjs', 'pack', this.folder];
    this.tarball = execFileSync(process.execPath, pack, { cwd: PROJECT, encoding: 'utf8' }).trim();
    this.write('package.json', JSON.stringify({ private: true }));
  }

  /** Folder of the installed package. */
  public get installed(): string {
    return join(this.folder, 'node_modules/cdktf-git-topology');
  }

  public get manifest(): Manifest {
    return JSON.parse(readFileSync(join(this.installed, 'package.json'), 'utf8')) as Manifest;
  }

  /** Unpacks the tarball beside what it declares to need, and nothing else: what it needs beyond that fails to load. */
  public unpack(): void {
    mkdirSync(this.installed, { recursive: true });
    execFileSync('tar', ['-xzf', this.tarball, '-C', this.installed, '--strip-components=1']);
    const { dependencies, peerDependencies } = this.manifest;
    for (const name of Object.keys({ ...dependencies, ...peerDependencies })) this.link(name);
  }

  /**
   * Installs the tarball with npm, and the versions of its peers that this repository is tested with.
   * @param fork version of cdktn, which is installed under the name of cdktf. @default - cdktf
   */
  public install(fork?: string): void {
    const { devDependencies, peerDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
      peerDependencies: Record<string, string>;
    };
    const peers = Object.keys(peerDependencies).map((name) => [name, devDependencies[name]]);
    const dependencies = { 'cdktf-git-topology': `file:${this.tarball}`, ...Object.fromEntries(peers) } as object;
    const forked = { dependencies: { ...dependencies, cdktf: `npm:cdktn@${fork}` }, overrides: { cdktf: '$cdktf' } };
    this.write('package.json', JSON.stringify({ private: true, ...(fork === undefined ? { dependencies } : forked) }));
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--prefer-offline'];
    execFileSync('npm', ['install', ...options], { cwd: this.folder, stdio: 'pipe' });
  }

  /** A package of those that this repository has. */
  public link(name: string): void {
    const link = join(this.folder, 'node_modules', name);
    if (existsSync(link)) return;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules', name), link);
  }

  public write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** A program of test/package. */
  public copy(file: string): void {
    cpSync(join(PROJECT, 'test/package', file), join(this.folder, file));
  }

  /** Compiles what is there, as strictly as TypeScript can, the types of packages included. Gives what the compiler says. */
  public compile(compilerOptions: Readonly<Record<string, unknown>>): string {
    for (const tool of TOOLS) this.link(tool);
    const strict = { strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true };
    const options = { target: 'ES2022', types: ['node'], skipLibCheck: false, ...strict, ...compilerOptions };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions: options }));
    return spawnSync(join(PROJECT, 'node_modules/.bin/tsc'), [], { cwd: this.folder, encoding: 'utf8' }).stdout;
  }

  /** Runs a program of it with Node alone; what it prints. */
  public run(file: string, ...args: readonly string[]): string {
    return execFileSync(process.execPath, [file, ...args], { cwd: this.folder, encoding: 'utf8', stdio: 'pipe' });
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
