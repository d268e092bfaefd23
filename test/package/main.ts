import { App, Fn, LocalBackend, TerraformOutput, TerraformStack } from 'cdktf';
import { readFileSync } from 'node:fs';
import { topologySnapshot } from 'cdktf-git-topology/testing';
import { declareTopology, type Settings } from './topology';

/** A program as users of the package have one: `node main.js SETTINGS-FILE OUTDIR` synthesises, and prints a snapshot. */
const [settingsFile = '', outdir = ''] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as Settings;
const app = new App({ outdir });
const stack = new TerraformStack(app, settings.name);
new LocalBackend(stack, { path: 'terraform.tfstate' });
for (const [id, value] of Object.entries(declareTopology(stack, settings))) {
  new TerraformOutput(stack, id, { value: Fn.sensitive(value) as unknown, sensitive: true, staticId: true });
}
process.stdout.write(String(topologySnapshot(stack)));
app.synth();
