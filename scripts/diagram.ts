import { mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { PROJECT, readSettings } from '../stacks/settings';
import type { Diagram } from './diagram/diagram';
import { FORMATS, singlePicture, type DiagramFormat } from './diagram/diagram-request';
import { drawnStacks } from './diagram/drawn-stacks';
import { picture } from './diagram/picture';
import { readCommandLine, runMain } from './stack/command-line';
import { outFolder } from './stack/out-files';
import { chooseStackNames } from './stack/synth';
import { replaceFile } from './stack/write-file';

const HELP = `
npm run diagram [-- [--format svg|mermaid] [--out FILE] [STACK...]]

Draws stacks (default: https-proxy) as they are declared, with neither Docker nor Terraform: clients, containers, ports,
networks, certificates, directories and data volumes. Writes out/STACK/topology.svg and out/STACK/topology.mmd (Mermaid).

  --format FORMAT   prints the picture of one stack, as svg or mermaid (npm run --silent leaves out what npm itself prints)
  --out FILE        writes it to FILE; a name that ends in .svg, .mmd or .mermaid says the format
`;

const FILES: Readonly<Record<DiagramFormat, string>> = { svg: 'topology.svg', mermaid: 'topology.mmd' };

runMain(async () => {
  const commandLine = readCommandLine(HELP, [], ['format', 'out']);
  const single = singlePicture(commandLine);
  const settings = readSettings(process.env);
  const diagrams = drawnStacks(settings);
  const chosen = chooseStackNames([...diagrams.keys()], commandLine.stacks).flatMap((name) => {
    const diagram = diagrams.get(name);
    return diagram === undefined ? [] : [{ name, diagram }];
  });
  for (const { name, diagram } of chosen) {
    if (single === undefined) {
      const folder = outFolder(settings.environment, name);
      for (const format of FORMATS) await write(join(folder, FILES[format]), diagram, format);
    } else if (single.file === undefined) {
      process.stdout.write(await picture(diagram, single.format));
    } else {
      await write(resolve(process.env.INIT_CWD ?? process.cwd(), single.file), diagram, single.format);
    }
  }
  return 0;
});

async function write(file: string, diagram: Diagram, format: DiagramFormat): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  replaceFile(file, await picture(diagram, format));
  const shown = relative(PROJECT, file);
  process.stdout.write(`${shown.startsWith('..') ? file : shown}\n`);
}
