/** The repository that a release is made in, by way of git. */
import { spawnSync } from 'node:child_process';
import { OperatorError } from '../operate/operator-error.ts';

const BRANCH = 'main';

export class Repository {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws OperatorError with what to do where no release may be made of what is checked out */
  expectReady(tag: string): void {
    const branch = this.#git('branch', '--show-current');
    if (branch !== BRANCH)
      throw new OperatorError(
        `this is ${branch === '' ? 'no branch' : `branch '${branch}'`}: releases are made of ${BRANCH}`,
      );
    const [first, ...others] = this.#git('status', '--porcelain').split('\n');
    if (first)
      throw new OperatorError(
        `${first.slice(2).trim()}${others.length > 0 ? ` and ${others.length} more` : ''} is not committed: commit or undo it first`,
      );
    if (this.#git('tag', '--list', tag) !== '')
      throw new OperatorError(`${tag} is released already: use a later version`);
  }

  /** Commits what was changed, if anything was, and tags it. */
  release(tag: string, title: string): void {
    if (this.#git('status', '--porcelain') !== '') this.#git('commit', '--all', '--message', title);
    this.#git('tag', '--annotate', tag, '--message', title);
  }

  /** What git says. @throws OperatorError with what it complains of */
  #git(...args: readonly string[]): string {
    const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: this.#folder, encoding: 'utf8' });
    if (status === 0) return stdout.trimEnd();
    const [reason] = (error?.message ?? stderr).trim().split('\n');
    throw new OperatorError(`git ${args[0]} fails: ${reason}`);
  }
}
