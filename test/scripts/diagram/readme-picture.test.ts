import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { drawnStacks } from '../../../scripts/diagram/drawn-stacks';
import { picture } from '../../../scripts/diagram/picture';
import { PROJECT, readSettings } from '../../../stacks/settings';

const FILE = 'docs/images/https-proxy.svg';
const COMMAND = `npm run diagram -- https-proxy --out ${FILE}`;

const committed = readFileSync(join(PROJECT, FILE), 'utf8');

test("the README's picture is the stack as it is declared", async () => {
  const diagram = drawnStacks(readSettings({})).get('https-proxy');
  if (diagram === undefined) throw new Error('there is no stack https-proxy');
  if ((await picture(diagram, 'svg')) === committed) return;
  throw new Error(`${FILE} is not what is declared any more: run "${COMMAND}", look at it, and commit it.`);
});

test('it is shown before anything is told to be run', () => {
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
  const shown = readme.indexOf(`](${FILE})`);
  expect(shown).toBeGreaterThan(0);
  expect(shown).toBeLessThan(readme.indexOf('## Two commands'));
  expect(readFileSync(join(PROJECT, 'docs/diagram.md'), 'utf8')).toContain(COMMAND);
});

test('it has no path of a machine', () => {
  expect(committed).not.toContain(PROJECT);
  expect(committed).not.toContain(`${homedir()}/`);
  expect(committed).not.toMatch(/\/(home|root|Users|tmp|work)\//);
});
