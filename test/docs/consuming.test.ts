/** The code that the documentation shows to consumers: compiled, and run. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';
import fc from 'fast-check';
import { barText } from '../../kit/bar.ts';
import { isUncovered, Marks } from '../../runtime/fold/marks.ts';
import type { Coverage } from '../../runtime/records/bar.ts';
import { slotOf } from '../../runtime/records/slot.ts';
import { bar, eventOf, START } from '../kit/support/bars.ts';
import { eventLine } from '../kit/support/events.ts';
import { least, synthesized } from '../lib/synthesized.ts';
import { Folder } from '../support/folder.ts';
import { createTable, LocalServers } from '../support/local-servers.ts';
import { Snippets } from './support/snippets.ts';

const TABLE = 'bars';
const snippets = new Snippets('docs/consuming.md');

/** The documented handler. */
let handler: (event: unknown, context: unknown) => Promise<unknown>;
let servers: LocalServers;
let table: DynamoDBClient;

beforeAll(async () => {
  servers = await LocalServers.start();
  process.env['TABLE'] = TABLE;
  table = new DynamoDBClient();
  await createTable(table, TABLE, 'N');
  ({ handler } = await import(snippets.file('consumer')));
});

afterAll(async () => {
  table.destroy();
  await servers[Symbol.asyncDispose]();
  snippets[Symbol.dispose]();
});

const barOf = (version: number, final: boolean) => barText(bar({ timeframe: '1h', version, final }));

const deliver = (...texts: string[]) => handler(eventOf(texts), { getRemainingTimeInMillis: () => 600_000 });

async function stored(): Promise<string | undefined> {
  const { Item } = await table.send(
    new GetItemCommand({ TableName: TABLE, Key: { pk: { S: 'AAPL#1h' }, sk: { N: `${START}` } } }),
  );
  return Item?.['bar']?.S;
}

describe('the documented consumer', () => {
  test('keeps the highest version in whatever order they come, and at equal versions the final one', async () => {
    const order = [
      barOf(5, false),
      barOf(5, true),
      barOf(5, false),
      barOf(9, true),
      barOf(7, true),
      barOf(9, false),
    ];
    const kept = [
      barOf(5, false),
      barOf(5, true),
      barOf(5, true),
      barOf(9, true),
      barOf(9, true),
      barOf(9, true),
    ];
    for (const [index, each] of order.entries()) {
      expect(await deliver(each)).toEqual({ batchItemFailures: [] });
      expect(await stored()).toEqual(kept[index]);
    }
  });

  test('asks for a record that it could not keep again; one that cannot be read holds nobody up', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => {});
    expect(await deliver('no bar', barOf(11, true))).toEqual({ batchItemFailures: [] });
    expect(await stored()).toEqual(barOf(11, true));
    process.env['TABLE'] = 'nowhere';
    await expect(deliver(barOf(12, true))).rejects.toThrow(/the first record's among them/);
    process.env['TABLE'] = TABLE;
    expect(log).toHaveBeenCalledTimes(2);
    log.mockRestore();
  });
});

test('the documented handler of events shows each trade once, and those of a process that was started anew', async () => {
  const module = await import(snippets.file('events'));
  const log = jest.spyOn(console, 'log').mockImplementation(() => {});
  const lines = [1, 2, 1, 2, 3].map(seq => eventLine(seq));
  const anew = eventLine(1).replace('"ingest_ts":1', '"ingest_ts":2');
  const record = gzipSync([...lines, eventLine(4, 'AAPL', 'Q'), anew].map(line => `${line}\n`).join(''));
  const answer = await module.handler(eventOf([record]), { getRemainingTimeInMillis: () => 600_000 });
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(log.mock.calls.map(([, , , text]) => JSON.parse(text).n)).toEqual([1, 2, 3, 1]);
  log.mockRestore();
});

test('every snippet compiles as it stands', () => {
  expect(snippets.names).toEqual(['coverage', 'events', 'subscription', 'consumer', 'following', 'account']);
  const compiler = join(import.meta.dirname, '../../node_modules/.bin/tsc');
  const { stdout, status } = spawnSync(compiler, ['-p', snippets.folder], { encoding: 'utf8' });
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
});

/** The template of a stack with a function, and with what the documented code makes of it. */
function subscribed(subscribe: (stack: Stack, consumer: LambdaFunction) => void): Template {
  using folder = new Folder();
  const stack = new Stack(new App({ outdir: folder.path }), 'Consumer');
  const code = Code.fromInline('exports.handler = () => {};');
  const runtime = Runtime.NODEJS_24_X;
  subscribe(stack, new LambdaFunction(stack, 'Function', { code, handler: 'index.handler', runtime }));
  return Template.fromStack(stack);
}

test('the documented subscription reads the bars stream that the parameter names, for one timeframe', async () => {
  const { HourlyBars } = await import(snippets.file('subscription'));
  const template = subscribed((stack, consumer) => new HourlyBars(stack, 'Hourly', consumer));
  template.hasParameter('*', { Default: '/barflow/prod/stocks/bars-stream-arn' });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    FilterCriteria: {
      Filters: [{ Pattern: JSON.stringify({ data: { type: ['bar'], timeframe: ['1h'] } }) }],
    },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    EventSourceArn: Match.anyValue(),
  });
});

test('the documented subscription to a stream of another account may do what the owner lets it, and decrypt', async () => {
  const { BarsOfAnotherAccount } = await import(snippets.file('account'));
  const streamArn = 'arn:aws:kinesis:eu-central-1:444455556666:stream/bars';
  const keyArn = 'arn:aws:kms:eu-central-1:444455556666:key/1234abcd';
  const template = subscribed(
    (stack, consumer) => new BarsOfAnotherAccount(stack, 'Bars', consumer, { streamArn, keyArn }),
  );
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: streamArn });
  const [shared] = Object.values(
    synthesized({
      ...least,
      feeds: least.feeds.map(feed => ({ ...feed, readers: ['111122223333'] })),
    }).storage.findResources('AWS::Kinesis::ResourcePolicy'),
  );
  const Action = shared?.['Properties'].ResourcePolicy.Statement[0].Action;
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([
        { Effect: 'Allow', Action, Resource: streamArn },
        { Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn },
      ]),
    }),
  });
});

test('the documented memory of marks tells of every minute what the roll-up tells', async () => {
  const module = await import(snippets.file('coverage'));
  // Of one slot, one that looks like a slot's number, and one of another slot.
  const symbols = ['AAPL', '34', 'BRK.B'];
  const mark = fc.record({
    symbol: fc.constantFrom(undefined, ...symbols),
    slot: fc.constantFrom(...symbols.map(slotOf)),
    offset: fc.nat(2),
    covered: fc.boolean(),
    version: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(mark), marks => {
      const documented = new module.Coverage();
      const own = new Map(symbols.map(symbol => [symbol, new Marks(3)]));
      const slots = new Map(symbols.map(symbol => [slotOf(symbol), new Marks(3)]));
      for (const { symbol, slot, offset, ...said } of marks) {
        const place = symbol === undefined ? { slot } : { slot: slotOf(symbol), symbol };
        const record: Coverage = { type: 'coverage', ...place, minute: offset * 60_000, ...said };
        documented.take(record);
        (symbol === undefined ? slots.get(slot) : own.get(symbol))?.merge(offset, said);
      }
      for (const symbol of symbols)
        for (const offset of [0, 1, 2])
          expect(documented.isUncovered(symbol, offset * 60_000)).toBe(
            isUncovered(offset, slots.get(slotOf(symbol)), own.get(symbol)),
          );
    }),
  );
});
