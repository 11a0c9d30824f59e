/** `npm run deploy`: looks whether the deployment can work, a line each, then lets the CDK deploy. Exit codes: 0 done, 1 it failed, 2 it was not begun. */
import { environments } from '../../lib/environments.ts';
import { asksForHelp } from '../command-line/command-line.ts';
import { complain, tell } from '../command-line/tell.ts';
import { Deployed } from '../operate/deployed.ts';
import { exitCodeOf } from '../operate/operator-error.ts';
import { readAsked } from './asked.ts';
import { liftProtection, runCdk, runsOf, type Target } from './cdk.ts';
import { findingLine } from './finding.ts';
import { look } from './look.ts';

const usage = `Usage: npm run deploy -- ENVIRONMENT… [--check] [OPTIONS OF cdk deploy]
  ENVIRONMENT  a name in lib/environments.ts, or stacks of it: dev, 'dev/**', dev/Monitoring
  --check      look whether it would work, and deploy nothing
  -h, --help   this text; npx cdk deploy --help has the other options
Before it deploys it looks, a line each: credentials, account and region, bootstrap, the vendor's keys, the servers of
Redis sinks, the container builder, quotas, and the state of every stack. What would fail stops it and says what to do.
npx cdk deploy 'dev/**' deploys without looking.
Exit codes: 0 done, 1 the deployment failed, 2 it was not begun`;

/** How long an answer may take, ms. */
const LIMIT = 10_000;

process.exitCode = await exitCodeOf(async () => {
  const args = process.argv.slice(2);
  if (asksForHelp(args)) {
    tell(usage);
    return 0;
  }
  const asked = readAsked(args, Object.keys(environments));
  if (asked.profile !== undefined) process.env['AWS_PROFILE'] = asked.profile;
  const targets: Target[] = [];
  for (const name of asked.environments) targets.push(await lookAt(name));
  if (targets.some(target => target.look.findings.some(({ level }) => level === 'stop'))) {
    complain("nothing is deployed: do what the lines say that begin with 'stop', and repeat");
    return 2;
  }
  if (asked.onlyLooks) return 0;
  for (const target of targets) await liftProtection(target);
  for (const run of runsOf(asked, targets)) if (!(await runCdk(run))) return 1;
  return 0;
});

async function lookAt(name: string): Promise<Target> {
  const deployed = new Deployed(name);
  const builder = process.env['CDK_DOCKER'] ?? 'docker';
  const found = await look(deployed, { builder, environments, limitMs: LIMIT });
  tell(`${name}:`);
  for (const finding of found.findings) tell(`  ${findingLine(finding)}`);
  return { deployed, look: found };
}
