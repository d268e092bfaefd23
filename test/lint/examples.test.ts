import { join } from 'node:path';
import ts from 'typescript';
import { PROJECT } from '../../stacks/settings';
import { examples, type Example } from '../docs/examples';

/** Files of the examples, which are nowhere but in memory, by their paths. */
type Modules = ReadonlyMap<string, string>;

function modulesOf(all: readonly Pick<Example, 'name' | 'code'>[]): Modules {
  return new Map(all.map(({ name, code }) => [join(PROJECT, `example-${name.replaceAll(/[/:]/g, '_')}.ts`), code]));
}

/** The project's own settings, and the library by the name that its users have for it. */
function options(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(PROJECT, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: unknown;
  };
  return {
    ...ts.parseJsonConfigFileContent(config, ts.sys, PROJECT).options,
    types: ['node'],
    paths: { 'cdktf-git-topology': [join(PROJECT, 'constructs/index.ts')] },
    // A module of a page may declare what the page goes on with.
    noUnusedLocals: false,
  };
}

/** What the compiler says of the examples, all of them in one program: file, line of the block, sentence. */
function problems(modules: Modules): string[] {
  const compilerOptions = options();
  const disk = ts.createCompilerHost(compilerOptions);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => modules.has(file) || disk.fileExists(file),
    readFile: (file) => modules.get(file) ?? disk.readFile(file),
    getSourceFile: (file, target, ...rest) => {
      const text = modules.get(file);
      return text === undefined
        ? disk.getSourceFile(file, target, ...rest)
        : ts.createSourceFile(file, text, target, /* setParentNodes */ false);
    },
  };
  const program = ts.createProgram([...modules.keys()], compilerOptions, host);
  // Of the examples alone: `npm run lint` has looked at the rest.
  return [...modules.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    if (source === undefined) return [`${file} is not in the program`];
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start = 0, messageText }) => {
        const { line } = ts.getLineAndCharacterOfPosition(source, start);
        return `${file.slice(PROJECT.length + 1)} line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      },
    );
  });
}

test('every example compiles, in strict TypeScript', () => {
  const all = examples();
  expect(all.length).toBeGreaterThan(20);
  expect(problems(modulesOf(all))).toEqual([]);
});

test('one that does not compile is found, and so is an expected error that is missing', () => {
  const wrong = [
    "import { PublicUrl } from 'cdktf-git-topology';\n\nPublicUrl.https(443);\n",
    "import { PublicUrl } from 'cdktf-git-topology';\n\n// @ts-expect-error A URL has a host.\nPublicUrl.https('a');\n",
    "import { NoSuchName } from 'cdktf-git-topology';\n\nNoSuchName.make();\n",
  ];
  const found = problems(modulesOf(wrong.map((code, index) => ({ name: `wrong-${index}`, code }))));
  expect(found).toEqual([
    expect.stringMatching(/wrong-0\.ts line 3: Argument of type 'number'/) as string,
    expect.stringMatching(/wrong-1\.ts line 3: Unused '@ts-expect-error'/) as string,
    expect.stringMatching(/wrong-2\.ts line 1: .*NoSuchName/) as string,
  ]);
});
