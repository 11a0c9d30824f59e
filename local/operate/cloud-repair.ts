/** Repairs the slots of an environment in AWS. */
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { feedId } from '../../lib/settings/names.ts';
import type { Deployed } from './deployed.ts';
import { repairSlots } from './slot-repair.ts';

export interface CloudRepair {
  readonly act: boolean;
  /** Name of the feed. @default the only one of the environment */
  readonly feed?: string;
  readonly say: (line: string) => void;
}

/** Longest that a change of the function may take, s. */
const LONGEST_UPDATE = 300;

/** @returns what came of it. @throws OperatorError when the feed is unknown or not deployed */
export async function cloudRepair(deployed: Deployed, { act, feed: name, say }: CloudRepair) {
  const feed = feedId(deployed.feedOfMinutes(name));
  const [state, rollup] = [`Storage/${feed}/State`, `Pipeline/${feed}/Rollup/Function`];
  const names = await deployed.physicalNames([state, rollup]);
  return repairSlots({
    client: new DynamoDBClient(deployed.client),
    table: names.get(state) ?? state,
    now: Date.now(),
    restart: () => restart(new LambdaClient(deployed.client), names.get(rollup) ?? rollup, say),
    act,
    say,
  });
}

/** Any change of a function's configuration gives it new workers; the second one takes the first back. */
async function restart(
  client: LambdaClient,
  FunctionName: string,
  say: (line: string) => void,
): Promise<void> {
  const { Description = '', Timeout = 0 } = await client.send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  );
  say(`${FunctionName} starts with new workers; the old ones end within ${Timeout} s`);
  for (const description of [`${Description} `, Description]) {
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: description }));
    await waitUntilFunctionUpdatedV2({ client, maxWaitTime: LONGEST_UPDATE, minDelay: 1 }, { FunctionName });
  }
  await pause(Timeout * 1_000);
}
