/** Expressions that were read before: programs write the same few again and again. */
import { parseCondition } from './parse-condition.ts';
import { parseUpdate } from './parse-update.ts';
import { type Kind, Reader } from './reader.ts';
import type { Change, Condition, WrittenPath } from './syntax.ts';

const REMEMBERED = 1_000;

type ConditionKind = Exclude<Kind, 'ProjectionExpression' | 'UpdateExpression'>;

export const parsedCondition: (kind: ConditionKind, text: string) => Condition = remembering(
  (kind: ConditionKind, text) => parseCondition(new Reader(kind, text)),
);

export const parsedUpdate: (kind: 'UpdateExpression', text: string) => readonly Change[] = remembering(
  (kind: 'UpdateExpression', text) => parseUpdate(new Reader(kind, text)),
);

export const parsedProjection: (kind: 'ProjectionExpression', text: string) => readonly WrittenPath[] =
  remembering((kind: 'ProjectionExpression', text) => {
    const reader = new Reader(kind, text);
    const paths = reader.list(() => reader.path());
    reader.expectEnd();
    return paths;
  });

function remembering<K extends Kind, T>(parse: (kind: K, text: string) => T): (kind: K, text: string) => T {
  const known = new Map<string, T>();
  return (kind, text) => {
    const name = `${kind} ${text}`;
    const before = known.get(name);
    if (before !== undefined) return before;
    const parsed = parse(kind, text);
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, parsed);
    return parsed;
  };
}
