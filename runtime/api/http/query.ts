/** Reads the query of a request by its schema: every parameter once, known, and as it may be. */
import * as v from 'valibot';
import { show } from '../../records/show.ts';
import { Problem } from './problem.ts';

/** The schema of a route's query: an object whose entries read texts, with a message that says what is allowed. */
export type QuerySchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/** No question is longer. */
const LONGEST = 8_000;

/** @throws Problem that names the parameter, what was got and what is allowed */
export function readQuery<S extends QuerySchema>(schema: S, text: string): v.InferOutput<S> {
  if (text.length > LONGEST)
    throw new Problem(400, `the query has ${text.length} characters: use at most ${LONGEST}`);
  const given = parametersIn(text, Object.keys(schema.entries));
  const parsed = v.safeParse(schema, Object.fromEntries(given));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const parameter = String(issue.path?.[0].key ?? 'query');
  const value = given.get(parameter);
  // Of one that is missing the object says so, and the parameter itself what is allowed.
  const entry = schema.entries[parameter];
  const own = entry && v.safeParse(entry, value);
  throw refused(parameter, value, own?.issues?.[0].message ?? issue.message);
}

/** A parameter that cannot be what it is. @param use what is allowed */
export function refused(parameter: string, got: unknown, use: string): Problem {
  return new Problem(400, `${parameter} is ${show(got)}: ${use}`, { parameter });
}

/** One that is empty counts as not there. */
function parametersIn(text: string, known: readonly string[]): Map<string, string> {
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (!known.includes(name)) {
      const use = known.length === 0 ? 'this route takes none' : `use ${known.join(', ')}`;
      throw new Problem(400, `there is no parameter ${show(name)}: ${use}`);
    }
    if (given.has(name)) throw refused(name, 'given twice', 'give it once');
    if (value !== '') given.set(name, value);
  }
  return given;
}
