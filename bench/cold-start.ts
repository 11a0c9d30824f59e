/** How long an empty worker takes for its first batch when a whole 4h block lies in the table; against reading the block alone. */
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { slotOf } from '../runtime/records/slot.ts';
import { encodeBody } from '../runtime/tables/chunks/chunk-body.ts';
import { partitionOf } from '../runtime/tables/chunks/chunk-item.ts';
import { ChunkLog } from '../runtime/tables/chunks/chunk-log.ts';
import { minuteEvent, SHARD_SYMBOLS, shardSymbols } from './events.ts';
import { FunctionProcess } from './function-process.ts';
import { type Benchmark, figures, median, type Taken } from './harness.ts';
import { LocalAws, names } from './local-aws.ts';
import { BLOCK_START, sampleBar } from './sample.ts';

const MINUTES = 240;
const RUNS = 5;

export const coldStartBenchmark: Benchmark = {
  name: 'cold-start',
  async run(say) {
    const symbols = shardSymbols();
    const aws = await LocalAws.start();
    try {
      await fill(aws, symbols, say);
      const event = minuteEvent(symbols, BLOCK_START + (MINUTES - 1) * MINUTE);
      const cold: Taken[] = [];
      const warm: Taken[] = [];
      const reads: number[] = [];
      for (let run = 1; run <= RUNS; run++) {
        say(`run ${run} of ${RUNS}`);
        const started = await FunctionProcess.start(aws.environment);
        cold.push(await started.serve(event));
        warm.push(await started.serve(event));
        await started.stop();
        reads.push(await readAll(aws, symbols));
      }
      const what = `batch that closes a block of ${MINUTES} minutes of ${SHARD_SYMBOLS} symbols, the local DynamoDB and Kinesis`;
      const wall = (taken: readonly Taken[]) => figures(taken.map(each => each.wall));
      return [
        {
          what: `${what}: empty worker`,
          unit: 's',
          ...wall(cold),
          limit: { name: 'reading the block’s items', median: median(reads) },
          target: { kind: 'at most', value: 2 },
        },
        { what: `${what}: the same worker again`, unit: 's', ...wall(warm) },
      ];
    } finally {
      await aws.stop();
    }
  },
};

/** Writes the log of the block: a chunk per slot and minute, all but the last minute. */
async function fill(aws: LocalAws, symbols: readonly string[], say: (text: string) => void): Promise<void> {
  const log = new ChunkLog(aws.dynamoDb, names.state);
  const signal = AbortSignal.timeout(600_000);
  const bySlot = Map.groupBy(symbols.entries(), ([, symbol]) => slotOf(symbol));
  const expires = Math.floor(Date.now() / 1e3) + 8 * 86_400;
  for (let n = 0; n < MINUTES - 1; n++) {
    if (n % 40 === 0) say(`writing minute ${n} of ${MINUTES}`);
    const start = BLOCK_START + n * MINUTE;
    const sequence = BigInt(n + 1);
    await Promise.all(
      [...bySlot].map(([slot, members]) =>
        log.append(
          {
            slot,
            blockStart: BLOCK_START,
            n,
            first: sequence,
            last: sequence,
            through: start + MINUTE,
            slotThrough: start + MINUTE,
            expires,
            body: encodeBody(
              { minutes: members.map(([i, symbol]) => sampleBar(symbol, i, start)), marks: [] },
              BLOCK_START,
            ),
          },
          signal,
        ),
      ),
    );
  }
}

/** Seconds to read every item of the table, slots side by side, and do nothing with them. */
async function readAll(aws: LocalAws, symbols: readonly string[]): Promise<number> {
  const start = performance.now();
  await Promise.all(
    [...new Set(symbols.map(slotOf))].map(async slot => {
      let items = 0;
      let key: Record<string, { S: string }> | undefined;
      do {
        const answer = await aws.dynamoDb.send(
          new QueryCommand({
            TableName: names.state,
            KeyConditionExpression: 'pk = :slot',
            ExpressionAttributeValues: { ':slot': partitionOf(slot) },
            ...(key ? { ExclusiveStartKey: key } : {}),
          }),
        );
        items += answer.Items?.length ?? 0;
        const { pk, sk } = answer.LastEvaluatedKey ?? {};
        key = pk?.S !== undefined && sk?.S !== undefined ? { pk: { S: pk.S }, sk: { S: sk.S } } : undefined;
      } while (key);
      if (items < MINUTES) throw new Error(`slot ${slot} has ${items} items`);
    }),
  );
  return (performance.now() - start) / 1e3;
}
