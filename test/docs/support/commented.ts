/** Reads the settings of an interface with their comments, which explain them to users. */
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

/** The settings of an interface, in the order of the file. */
export function settingsOf(file: string, name: string): Commented[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const [, body = ''] = new RegExp(`export interface ${name} \\{\n([\\s\\S]*?)\n\\}`).exec(source) ?? [];
  return [...body.matchAll(FIELD)].map(([, comment = '', field = '', type = '']) => {
    const [text = '', fallback] = comment
      .replaceAll(/\s*\n\s*\* ?/g, ' ')
      .trim()
      .split(/\s*@default /);
    return { name: field, type, text, ...(fallback !== undefined && { fallback }) };
  });
}
