/** The changelog: what is not released yet becomes the section of a version. */
import { OperatorError } from '../operate/operator-error.ts';

const UNRELEASED = '## Unreleased';

/** The changelog once the version is released. @throws OperatorError when it has nothing to say of it */
export function released(changelog: string, version: string): string {
  const [heading, ...lines] = changelog.slice(changelog.indexOf('\n## ') + 1).split('\n');
  const next = lines.findIndex(line => line.startsWith('## '));
  if (heading === UNRELEASED && lines.includes(`## ${version}`))
    throw new OperatorError(
      `CHANGELOG.md has '${UNRELEASED}' and '## ${version}', which is not released: make them one section`,
    );
  const saysSomething = lines.slice(0, next < 0 ? undefined : next).some(line => line.startsWith('* '));
  if (saysSomething && heading === UNRELEASED) return changelog.replace(UNRELEASED, `## ${version}`);
  if (saysSomething && heading === `## ${version}`) return changelog;
  throw new OperatorError(
    `CHANGELOG.md says nothing of ${version}: write under '${UNRELEASED}' what those who deploy must know, as lines that begin with *`,
  );
}
