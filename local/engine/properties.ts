/** Reads a resource's resolved properties by a schema, with errors that name the resource. */
import * as v from 'valibot';
import type { Resource } from './assembly.ts';

/** A number, which templates also write as a string. */
export const count = v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.integer());

/**
 * `properties` as `schema` understands them.
 * @throws Error that names the resource, the property, what was got and what is needed
 */
export function parseProperties<const Schema extends v.GenericSchema>(
  resource: Resource,
  schema: Schema,
  properties: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, properties);
  if (parsed.success) return parsed.output;
  const faults = parsed.issues.map(issue => `${v.getDotPath(issue) ?? 'properties'}: ${issue.message}`);
  throw new Error(
    `${resource.path} (${resource.type}) does not run on this machine as declared: ${faults.join('; ')}`,
  );
}

/** CloudFormation's way to name what a template leaves unnamed, without its random suffix. */
export function physicalName(resource: Resource, given: string | undefined): string {
  return given ?? `${resource.stackName}-${resource.logicalId}`;
}
