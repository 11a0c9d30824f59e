/** The last release, in the repository's own history. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Its tag, or the commit that BARFLOW_UPGRADE_FROM names; undefined where the history is not at hand, or has no release. */
export function lastRelease(): string | undefined {
  const asked = process.env['BARFLOW_UPGRADE_FROM'];
  if (asked !== undefined) return asked;
  const { status, stdout } = git('describe', '--tags', '--abbrev=0', '--match', 'v[0-9]*');
  return status === 0 ? stdout.trim() : undefined;
}

/** A file as the release had it; undefined where it had none. */
export function fileIn(release: string, path: string): string | undefined {
  const { status, stdout } = git('show', `${release}:${path}`);
  return status === 0 ? stdout : undefined;
}

/** Why a test that needs the last release does without. */
export const NO_RELEASE =
  'this clone has no tag of a release; BARFLOW_UPGRADE_FROM=<commit> compares with another version';

function git(...args: readonly string[]) {
  return spawnSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 });
}
