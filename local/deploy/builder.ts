/** Looks whether a container builder answers, as the CDK will call it. */
import { execFile } from 'node:child_process';
import { type Finding, ok, stop } from './finding.ts';

const ABOUT = 'container builder';

/** @param limitMs how long it may take to answer */
export function builderFinding(program: string, limitMs: number): Promise<Finding> {
  // The one question that docker, finch and podman all pass on to what builds.
  return new Promise(resolve => {
    execFile(program, ['ps', '--quiet'], { timeout: limitMs }, (error, _, errors) => {
      if (error === null) resolve(ok(ABOUT, `${program} answers`));
      else resolve(stop(ABOUT, wordsFor(program, error, errors)));
    });
  });
}

function wordsFor(
  program: string,
  error: Error & { code?: unknown; killed?: boolean },
  errors: string,
): string {
  if (error.code === 'ENOENT')
    return `there is no '${program}' here: install Docker, finch or podman, and set CDK_DOCKER to finch or podman where it is one of these`;
  if (error.killed) return `${program} does not answer: restart it`;
  const [said = ''] = errors.split('\n').filter(line => line.trim() !== '');
  return `${program} says '${said.trim()}': start it (Docker Desktop, finch vm start, podman machine start)`;
}
