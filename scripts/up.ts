import { refuseInterruptedRestore } from './backup/interrupted';
import { runMain, readCommandLine } from './stack/command-line';
import { Deployment } from './stack/deployment';
import { environmentTitle, withEnvironment } from './stack/environment-lock';
import { removeFailedOnce } from './stack/engine-objects';
import { reserve } from './stack/environments';
import { applyTtl, readTtl, type Ttl } from './stack/expiry';
import { wasInterrupted, whileDeploying } from './stack/interrupted';
import { adopt, leftovers, refuseLeftovers } from './stack/leftovers';
import { newImages } from './stack/images';
import { mendDrift } from './stack/mend';
import { writeOutFiles, type StackOutputs } from './stack/out-files';
import { portsInUse } from './stack/ports';
import { isDeclaredProtected, isDeployedProtected, refuseUnprotecting } from './stack/protected';
import { remoteProblems } from './stack/remote-engine';
import { declaredSsh, gitSshCommand } from './stack/ssh-files';
import { runSteps, type Step } from './setup/steps';
import { subnetsInUse } from './stack/subnets-in-use';
import { chooseStacks, type SynthesisedStack } from './stack/synth';
import { unhealthy } from './stack/unhealthy';
import { verify } from './verify/verify';
import { environmentName, protectData, stateFile } from '../stacks/settings';

const HELP = `
npm run up [-- [--adopt] STACK...]

Gets what the machine lacks, deploys the stacks (default: https-proxy) and verifies them with real clients.
Safe to repeat: a second run changes nothing.

  --adopt   take volumes that the engine has and the state does not know into the state, and go on with their data

ENVIRONMENT=name deploys an independent copy. TTL=4h (30m, 2d) is when \`npm run sweep\` may destroy the environment, all of
its stacks; without TTL that stays as it is, TTL=none: never. BIND_ADDRESS, PORT_OFFSET, BASE_IMAGE, PROTECT_DATA and
STATE_BACKEND are read, too.
`;

async function up(): Promise<number> {
  const { stacks: names, switches } = readCommandLine(HELP, ['adopt']);
  const environment = environmentName(process.env);
  const ttl = readTtl(process.env);
  return withEnvironment(environment, () => deploy(environment, ttl, names, switches.has('adopt')));
}

async function deploy(environment: string, ttl: Ttl, names: readonly string[], mayAdopt: boolean): Promise<number> {
  const deployment = await Deployment.open(environment, () => reserve(environment));
  const stacks = chooseStacks(deployment.stacks, names);
  for (const stack of stacks) refuseInterruptedRestore(environment, stack.name);
  // Before anything is made: what a deploy that fails leaves behind expires, too.
  const expires = applyTtl(environment, ttl, new Date());
  deployment.warn(stacks);
  for (const stack of stacks) {
    await runSteps(stepsFor(deployment, stack, mayAdopt));
  }
  let failures = 0;
  for (const stack of stacks) {
    const outputs = await deployment.outputs(stack);
    failures += await verify(deployment, stack, outputs);
    printSummary(deployment, stack, outputs);
  }
  if (expires !== undefined) {
    process.stdout.write(`\n${environmentTitle(environment)} expires at ${expires.toISOString()} (npm run sweep)\n`);
  }
  return failures === 0 ? 0 : 1;
}

function stepsFor(deployment: Deployment, stack: SynthesisedStack, mayAdopt: boolean): Step[] {
  const terraform = deployment.terraform(stack);
  const name = deployment.engineName(stack);
  let replaced: readonly string[] = [];
  return [
    {
      title: `Prepare ${stack.name}`,
      run: async ({ progress, say }) => {
        await terraform.init(progress);
        const state = await deployment.state(stack);
        const isUnprotecting = isDeployedProtected(state) && !isDeclaredProtected(stack);
        if (isUnprotecting && protectData(process.env) === undefined) throw new Error(refuseUnprotecting(stack.name));
        const found = await leftovers(name, state);
        if (found.length > 0) {
          if (!mayAdopt && !wasInterrupted(stateFile(deployment.environment, stack.name)))
            throw new Error(refuseLeftovers(found, stack.name, deployment.stateName(stack)));
          await adopt(found, stack, terraform);
        }
        const problems = [
          ...(await remoteProblems(stack)),
          ...(await subnetsInUse(stack, name)),
          ...(await portsInUse(stack, name)),
        ];
        if (problems.length > 0) throw new Error(problems.join('\n'));
        await removeFailedOnce(name);
        replaced = await mendDrift(stack, await deployment.state(stack), say);
        return undefined;
      },
    },
    {
      title: `Deploy ${stack.name} (${deployment.size(stack)} resources)`,
      run: async ({ progress }) => {
        try {
          await whileDeploying(stateFile(deployment.environment, stack.name), async () => {
            const targets = newImages(stack, await deployment.state(stack));
            if (targets.length > 0) await terraform.change('apply', progress, { targets });
            await terraform.change('apply', progress, { replaced });
          });
        } catch (error) {
          // Terraform says that a container did not become healthy; the container says why.
          const reasons = await unhealthy(name);
          throw new Error([error instanceof Error ? error.message : String(error), ...reasons].join('\n'), {
            cause: error,
          });
        }
        writeOutFiles(deployment.outFolder(stack), await deployment.outputs(stack));
        return undefined;
      },
    },
  ];
}

function printSummary(deployment: Deployment, stack: SynthesisedStack, outputs: StackOutputs): void {
  const folder = deployment.outFolder(stack);
  const { administrator } = outputs;
  const repository = administrator === undefined ? 'demo/hello' : '<repository>';
  const ssh =
    declaredSsh(outputs) === undefined
      ? ''
      : `  over SSH   GIT_SSH_COMMAND="${gitSshCommand(folder, 'writer')}" git clone ${outputs.ssh_url}/demo/hello.git\n`;
  const accounts = [...Object.keys(outputs.users), ...(administrator === undefined ? [] : [administrator.username])];
  process.stdout.write(`
${stack.name}
  base URL   ${outputs.base_url}
  clone      ${gitWithCa(`${folder}/ca.pem`)} clone ${outputs.clone_url.replace('<repository>', repository)}
${ssh}  CA         ${folder}/ca.pem
  accounts   ${accounts.join(', ')}: passwords in ${folder}/credentials.json
`);
}

/** The variable wins over the option where a machine sets it. */
function gitWithCa(caFile: string): string {
  return process.env.GIT_SSL_CAINFO === undefined ? `git -c http.sslCAInfo=${caFile}` : `GIT_SSL_CAINFO=${caFile} git`;
}

runMain(up);
