/** Reads a value by a schema; every fault is named with its place. */
import * as v from 'valibot';

/** @throws Error that lists what does not fit the schema */
export function checked<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  throw new Error(
    parsed.issues.map(issue => `${v.getDotPath(issue) ?? 'value'}: ${issue.message}`).join('; '),
  );
}
