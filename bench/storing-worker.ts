/** Thread with a client and execution environments of its own: keeps the bars that it is sent in a local table. */
import { parentPort, workerData } from 'node:worker_threads';
import { credentials, region } from '../local/engine/account.ts';
import { dynamoDbClient } from '../runtime/platform/aws.ts';
import { BarTable } from '../runtime/tables/bars/bar-table.ts';
import { SymbolRegistry } from '../runtime/tables/bars/symbol-registry.ts';
import { Storing } from './storing.ts';
import { WriteLimits } from './write-limits.ts';

export interface StoringSetup {
  readonly endpoint: string;
  readonly table: string;
  readonly workers: number;
  /** Of the table's limits. */
  readonly share: number;
}

const { endpoint, table, workers, share }: StoringSetup = workerData;
const client = dynamoDbClient({ region, credentials, endpoint });
const shelf = { table: new BarTable(client, table), registry: new SymbolRegistry(client, table) };
const storing = new Storing(shelf, workers, new WriteLimits(share));

parentPort?.on('message', async (texts: readonly string[]) => {
  await storing.drain(texts);
  parentPort?.postMessage({ retries: storing.retries });
});
