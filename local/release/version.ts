/** Versions of releases, and the files that carry one. */
import { OperatorError } from '../operate/operator-error.ts';

/** Every place that says of which release it is: a file, and how often it says it, first of all its versions. */
export const carriers: readonly { readonly file: string; readonly times: number }[] = [
  { file: 'package.json', times: 1 },
  { file: 'package-lock.json', times: 2 },
  { file: 'kit/package.json', times: 1 },
  { file: 'runtime/platform/release-names.ts', times: 1 },
];

const FORM = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** The version to release. @param word `major`, `minor`, `patch` or the version itself. @throws OperatorError for what is none, or goes back */
export function nextVersion(current: string, word: string): string {
  const [major, minor, patch] = partsOf(current);
  if (word === 'major') return `${major + 1}.0.0`;
  if (word === 'minor') return `${major}.${minor + 1}.0`;
  if (word === 'patch') return `${major}.${minor}.${patch + 1}`;
  const asked = partsOf(word);
  const first = asked.map((part, at) => part - (partsOf(current)[at] ?? 0)).find(change => change !== 0) ?? 0;
  if (first < 0) throw new OperatorError(`${word} is older than ${current}: releases only go on`);
  return word;
}

function partsOf(version: string): readonly [number, number, number] {
  const [, major, minor, patch] = FORM.exec(version) ?? [];
  if (patch === undefined)
    throw new OperatorError(
      `'${version}' is no version: use major, minor, patch, or three numbers such as 0.2.0`,
    );
  return [Number(major), Number(minor), Number(patch)];
}

/** The text with its first versions changed. @throws OperatorError when it does not say the current one so often */
export function withVersion(
  text: string,
  { file, times }: (typeof carriers)[number],
  current: string,
  next: string,
): string {
  const said = /(?<=(?:"version": "|\bversion = '))\d+\.\d+\.\d+(?=["'])/g;
  const found = [...text.matchAll(said)].slice(0, times);
  if (found.length < times || found.some(([version]) => version !== current))
    throw new OperatorError(
      `${file} says ${found.map(([version]) => version).join(', ') || 'no version'} where it should say ${current}: mend it by hand`,
    );
  let changed = 0;
  return text.replace(said, version => (changed++ < times ? next : version));
}
