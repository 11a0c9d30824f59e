/** Which schema the SDK hands to a serializer: it gives the schema itself, or a wrapper around it. */
import type { Schema, StaticStructureSchema } from '@smithy/types';

export function isOf(schema: Schema, wanted: StaticStructureSchema): boolean {
  if (schema === wanted) return true;
  return typeof schema === 'object' && 'getSchema' in schema && schema.getSchema() === wanted;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
