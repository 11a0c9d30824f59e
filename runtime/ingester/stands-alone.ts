/** Which of the two ingesters the variables are for. */
import { sinkEnv } from '../platform/sink-names.ts';
import { ingesterEnv } from './names.ts';

/** Whether the variables are those of an ingester that stands alone: they name where its events go, and no lease. */
export function standsAlone(variables: NodeJS.ProcessEnv): boolean {
  const isSet = (name: string) => variables[name]?.trim();
  return Object.values(sinkEnv).some(isSet) && !isSet(ingesterEnv.leaseTable);
}
