/** What requests would have taken of a table's throughput. */

type Wanted = 'INDEXES' | 'TOTAL' | 'NONE' | undefined;

/** @param size bytes of the larger of the item before and after */
export function writeUnits(size: number): number {
  return Math.max(1, Math.ceil(size / 1024));
}

/** @param size bytes that were read together */
export function readUnits(size: number, isConsistent = false): number {
  return Math.max(1, Math.ceil(size / 4096)) * (isConsistent ? 1 : 0.5);
}

/** What an answer says of it, if it is asked to. */
export function consumed(wanted: Wanted, TableName: string, CapacityUnits: number): object | undefined {
  if (wanted !== 'TOTAL' && wanted !== 'INDEXES') return undefined;
  return { TableName, CapacityUnits, ...(wanted === 'INDEXES' && { Table: { CapacityUnits } }) };
}
