/** `npm run release`: makes a release of what is checked out: its version, its changelog, its tag. Exit codes: 0 done, 1 the check fails, 2 it was not begun. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { asksForHelp, flagsOf } from '../command-line/command-line.ts';
import { UsageError } from '../command-line/option-values.ts';
import { complain, tell } from '../command-line/tell.ts';
import { exitCodeOf } from '../operate/operator-error.ts';
import { released } from './changelog.ts';
import { Repository } from './repository.ts';
import { carriers, nextVersion, withVersion } from './version.ts';

const usage = `Usage: npm run release -- VERSION [--dry-run]
  VERSION     major, minor, patch, or a version such as 0.2.0
  --dry-run   look whether it could be made, and change nothing
  -h, --help  this text
Of a clean main that passes npm run check: writes the version where it stands, makes 'Unreleased' in CHANGELOG.md its
section, commits and tags it. Nothing is pushed.
Exit codes: 0 done, 1 the check fails, 2 it was not begun`;

const CHANGELOG = 'CHANGELOG.md';

process.exitCode = await exitCodeOf(async () => {
  const args = process.argv.slice(2);
  if (asksForHelp(args)) {
    tell(usage);
    return 0;
  }
  const [word, ...others] = args.filter(arg => !arg.startsWith('-'));
  const flags = args.filter(arg => arg.startsWith('-'));
  const isDry = flagsOf(flags, { 'dry-run': { type: 'boolean' } })['dry-run'] === true;
  if (word === undefined || others.length > 0)
    throw new UsageError('which release? use major, minor, patch, or one version (--help explains)');

  const manifest: { readonly version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
  const version = nextVersion(manifest.version, word);
  const tag = `v${version}`;
  const repository = new Repository('.');
  repository.expectReady(tag);
  const texts = [
    ...carriers.map(carrier => {
      const text = readFileSync(carrier.file, 'utf8');
      return { file: carrier.file, text: withVersion(text, carrier, manifest.version, version) };
    }),
    { file: CHANGELOG, text: released(readFileSync(CHANGELOG, 'utf8'), version) },
  ];
  const { status } = spawnSync('npm', ['run', '--silent', 'check'], { stdio: 'inherit' });
  if (status !== 0) {
    complain('nothing is released: npm run check fails');
    return 1;
  }
  if (isDry) {
    tell(`${tag} can be released: ${texts.map(({ file }) => file).join(', ')} would say so`);
    return 0;
  }
  for (const { file, text } of texts) writeFileSync(file, text);
  repository.release(tag, `Release ${version}`);
  tell(`${tag} is released here: git push --follow-tags origin main brings it to the others`);
  return 0;
});
