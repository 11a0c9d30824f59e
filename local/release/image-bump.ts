/** `npm run image:bump`: pins the ingester's base image, and the package `node` to the Node in it. Exit codes: 0 done, 1 what is pinned is not the newest, 2 it cannot be known. */
import { readFileSync, writeFileSync } from 'node:fs';
import { baseReference, parseReference, withBase } from '../../lib/pipeline/base-image.ts';
import { asksForHelp, flagsOf } from '../command-line/command-line.ts';
import { complain, tell } from '../command-line/tell.ts';
import { exitCodeOf } from '../operate/operator-error.ts';
import { nodePackage, pinNodePackage } from './node-package.ts';
import { Registry } from './registry.ts';

const usage = `Usage: npm run image:bump -- [--check]
  --check     look whether the newest is pinned, and change nothing
  -h, --help  this text
Asks the registry which image the base's tag in lib/pipeline/ingester.Dockerfile names now, writes its digest there, and
pins the package node to the Node that the image holds. Nothing is committed: run npm cit, and look at the difference.
Exit codes: 0 done, 1 what is pinned is not the newest, 2 it cannot be known`;

/** From where it is run, as npm does: the project's folder. */
const DOCKERFILE = 'lib/pipeline/ingester.Dockerfile';

process.exitCode = await exitCodeOf(async () => {
  const args = process.argv.slice(2);
  if (asksForHelp(args)) {
    tell(usage);
    return 0;
  }
  const onlyLooks = flagsOf(args, { check: { type: 'boolean' } }).check === true;
  const dockerfile = readFileSync(DOCKERFILE, 'utf8');
  const base = parseReference(baseReference(dockerfile));
  const { digest, node } = await new Registry(base).newest();
  const isNewest = digest === base.digest;
  tell(
    `${base.repository}:${base.tag} is ${digest}, with Node ${node}: ${isNewest ? 'it is pinned' : `pinned is ${base.digest ?? 'none'}`}`,
  );
  const tested = nodePackage();
  if (tested !== node) tell(`the package node is ${tested}`);
  if (onlyLooks) return isNewest && tested === node ? 0 : 1;
  if (!isNewest) writeFileSync(DOCKERFILE, withBase(dockerfile, { ...base, digest }));
  if (tested === node) return 0;
  const complaint = pinNodePackage(node);
  if (complaint === undefined) tell(`the package node is ${node} now: npm ci brings it here`);
  else complain(`the package node stays ${tested}, for npm says '${complaint}': repeat later`);
  return complaint === undefined ? 0 : 1;
});
