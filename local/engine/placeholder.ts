/** What other resources learn of one that nothing runs for: names that lead nowhere on this machine. */
import { arnOf } from './account.ts';
import type { Resource } from './assembly.ts';
import type { Created } from './deployment.ts';
import { physicalName } from './properties.ts';

/** Stands for `resource`: its name, an ARN of the right form, and its other attributes by name. */
export function placeholder(resource: Resource): Created {
  const name = physicalName(resource, undefined);
  const service = resource.type.split('::')[1]?.toLowerCase() ?? 'unknown';
  return {
    ref: name,
    attribute: attribute => (attribute === 'Arn' ? arnOf(service, name) : `${name}.${attribute}`),
  };
}
