/** Reads the settings of an interface or a table with their comments, which explain them to users. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** A setting as its comment describes it. */
export interface Commented {
  readonly name: string;
  readonly type: string;
  readonly text: string;
  /** Absent where there is none: it must be set. */
  readonly fallback?: string;
}

/** A comment, if there is one, and the field behind it. */
const FIELD = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?\breadonly (\w+)\??: ([^;]+);/g;
/** A comment and the row behind it. */
const ROW = /^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}(\w+): /gm;

/** The settings of an interface, in the order of the file. */
export function settingsOf(file: string, name: string): Commented[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const [, body = ''] =
    new RegExp(`export interface ${name}(?: extends \\w+)? \\{\n([\\s\\S]*?)\n\\}`).exec(source) ?? [];
  return [...body.matchAll(FIELD)].map(([, comment = '', field = '', type = '']) => {
    const [text = '', fallback] = wordsOf(comment).split(/\s*@default /);
    return { name: field, type, text, ...(fallback !== undefined && { fallback }) };
  });
}

/** The comments of the rows of a table, by row. */
export function textsOf(file: string): ReadonlyMap<string, string> {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const [, body = ''] = /export const \w+ettings = \{\n([\s\S]*?)\n\};/.exec(source) ?? [];
  return new Map([...body.matchAll(ROW)].map(([, comment = '', row = '']) => [row, wordsOf(comment)]));
}

function wordsOf(comment: string): string {
  return comment.replaceAll(/\s*\n\s*\* ?/g, ' ').trim();
}
