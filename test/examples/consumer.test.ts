/** The kit as it is packed, in an empty project; there the example is built, and run by the local engine; the Python reader beside it. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { type Bar, barText } from '../../kit/bar.ts';
import { highestVersions } from '../../kit/highest.ts';
import { type Engine, startEngine } from '../../local/engine/engine.ts';
import { explicitHashKey, slotOf } from '../../runtime/records/slot.ts';
import { bar, START } from '../kit/support/bars.ts';
import { nodes, pythonWith } from '../support/programs.ts';
import { skipped, skippedAnywhere } from '../support/skipped.ts';
import { EmptyProject } from './support/empty-project.ts';

const WATERMARK = '{"type":"watermark","schema":1,"slot":34,"through":1763649300000,"epoch":42}';

/** Uses all that needs no infrastructure. */
const TYPES = `
import { type Bar, barText, handleBars, highestVersions, readRecords } from 'barflow-kit';
export const handler = handleBars({ filter: { timeframes: ['5m'] }, onBars: (bars: readonly Bar[]) => bars.map(barText) });
export const volumes = (event: Parameters<typeof readRecords>[0]): string[] =>
  highestVersions(readRecords(event).records.filter(record => record.type === 'bar')).map(({ volume }) => volume);
`;
const SETTINGS = { strict: true, module: 'nodenext', target: 'es2022', types: ['node'], noEmit: true };

/** A stage of the example beside a stream as Barflow announces it; and a handler that is run. */
const PROGRAM = `
import { App, Stack, Stage } from 'aws-cdk-lib/core';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { handleBars } from 'barflow-kit';
import { followStream } from 'barflow-kit/stream';
import { HourlyBars } from './out/hourly-bars.js';

const [outdir, data] = process.argv.slice(2);
const stream = '/barflow/dev/stocks/bars-stream-arn';
const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false, context: { '@aws-cdk/core:defaultCrossStackReferences': 'weak' } });
const stage = new Stage(app, 'test');
const storage = new Stack(stage, 'Storage');
const { streamArn } = new Stream(storage, 'Bars', { shardCount: 2 });
new StringParameter(storage, 'Name', { parameterName: stream, stringValue: streamArn });
new HourlyBars(stage, 'Hourly', { stream });
app.synth();

const seen = [];
const handler = handleBars({ onBars: bars => seen.push(...bars.map(({ symbol, volume }) => symbol + ' ' + volume)) });
const event = { Records: [{ kinesis: { data, partitionKey: 'AAPL', sequenceNumber: '1' } }] };
const answer = await handler(event, { getRemainingTimeInMillis: () => 60_000 });
console.log(JSON.stringify({ seen, answer, checkpoint: followStream({ stream, from: 'LATEST' }).checkpoint }));
`;

/** Follows a stream until so many bars are kept, with nothing but the SDK's standard variables. */
const FOLLOWER = `
import { barText, HighestVersions } from 'barflow-kit';
import { followStream } from 'barflow-kit/stream';
const [stream, count] = process.argv.slice(2);
const highest = new HighestVersions();
let records = 0;
for await (const { record } of followStream({ stream, from: 'TRIM_HORIZON' })) {
  if (record.type === 'bar') highest.take(record);
  if (++records === Number(count)) break;
}
for (const bar of highest.bars) console.log(barText(bar));
`;

const project = new EmptyProject();
const known = nodes(20, 24);
let engine: Engine | undefined;

beforeAll(() => project.install());

afterAll(async () => {
  await engine?.stop();
  project[Symbol.dispose]();
});

/** Versions of bars in an order of their own, every one of them twice, among other records. */
const records = ['AAPL', 'MSFT', 'BRK.B', 'TSLA', 'SPY'].flatMap(symbol =>
  [0, 1, 2].flatMap(hour =>
    [1, 2, 2, 3].flatMap((version, index) => {
      const start = START - 1_800_000 + hour * 3_600_000;
      const given = { symbol, start, version, final: index !== 1, volume: `${version}00.25` };
      return [bar({ ...given, timeframe: '1h' }), bar({ ...given, timeframe: '5m' })];
    }),
  ),
);
const digest = (text: string) => createHash('md5').update(text).digest('hex');
const shuffled = [...records, ...records]
  .map((each, index) => ({ each, rank: digest(`${index}`) }))
  .sort((a, b) => a.rank.localeCompare(b.rank))
  .map(({ each }) => each);

async function put(bars: readonly Bar[]): Promise<void> {
  const Records = [
    { Data: Buffer.from(WATERMARK), PartitionKey: '~slot/34', ExplicitHashKey: explicitHashKey(34) },
    ...bars.map(each => ({
      Data: Buffer.from(barText(each)),
      PartitionKey: each.symbol,
      ExplicitHashKey: explicitHashKey(slotOf(each.symbol)),
    })),
  ];
  await engine?.kinesis.send(new PutRecordsCommand({ StreamName: engine.stream('Bars').name, Records }));
  await engine?.drained();
}

/** What the example keeps, in the order of the texts. */
async function stored(): Promise<(string | undefined)[]> {
  const found = await engine?.dynamodb.send(new ScanCommand({ TableName: engine.table('Table').name }));
  return (found?.Items ?? []).map(item => item['bar']?.S).sort();
}

const highest = (timeframes: readonly string[]) =>
  highestVersions(records.filter(({ timeframe }) => timeframes.includes(timeframe)));

test('alone in an empty project its types check and it is loaded, without any of its optional peers', () => {
  project.lend(['@types/node']);
  project.write('types.ts', TYPES);
  project.write('types.json', JSON.stringify({ compilerOptions: SETTINGS, files: ['types.ts'] }));
  expect(project.run('tsc', ['-p', 'types.json'])).toBe('');
  const names = "import('barflow-kit').then(kit => console.log(Object.keys(kit).join()))";
  expect(project.run(process.execPath, ['-e', names])).toContain('handleBars,handleEvents,highestVersions');
});

test('the example is built with it as its own commands say', () => {
  project.lend(['aws-cdk-lib', 'constructs', '@aws-sdk/client-kinesis', '@aws-sdk/client-dynamodb']);
  project.run('rm', ['types.ts', 'types.json']);
  project.copy('consumer');
  project.run('npm', ['run', '--silent', 'build']);
  project.write('program.js', PROGRAM);
});

test.each([...known])(
  'in Node %s a handler runs, BarsConsumer synthesizes and a stream can be followed',
  (major, node) => {
    if (node === undefined) return skippedAnywhere(`no Node ${major} is on this machine`);
    const data = Buffer.from(barText(bar({ volume: '12345678901234567890.5' }))).toString('base64');
    const printed = project.run(node, ['program.js', `assembly-${major}`, data]);
    expect(JSON.parse(printed)).toEqual({
      seen: ['AAPL 12345678901234567890.5'],
      answer: { batchItemFailures: [] },
      checkpoint: { stream: '/barflow/dev/stocks/bars-stream-arn', shards: {} },
    });
  },
);

test('in the local engine the example keeps the right bars through duplicates, reorders and a replay', async () => {
  engine = await startEngine({
    assembly: new CloudAssembly(join(project.folder, `assembly-${known.get(24) ? 24 : 20}`)),
    stage: 'test',
    folder: join(project.folder, 'buckets'),
    say: line => expect(line).toBe(''),
  });
  const right = highest(['1h']).map(barText).sort();
  expect(right).toHaveLength(15);
  await put(shuffled);
  expect(await stored()).toEqual(right);
  await put(shuffled.toReversed());
  expect(await stored()).toEqual(right);
});

/** What leads an SDK to the local engine. */
const variables = () => ({
  ...{ AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' },
  ...{ AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' },
  AWS_ENDPOINT_URL_KINESIS: engine?.endpoints.kinesis,
});

test('outside Lambda the packed follower reads the same bars, by the standard variables of the SDK', () => {
  project.write('follower.js', FOLLOWER);
  // Two rounds, each with a watermark.
  const args = ['follower.js', engine?.stream('Bars').name ?? '', String(2 * (shuffled.length + 1))];
  const printed = project.run(known.get(20) ?? process.execPath, args, project.folder, variables());
  expect(printed.trimEnd().split('\n').sort()).toEqual(highest(['1h', '5m']).map(barText).sort());
});

test('the Python reader prints the same bars', () => {
  const python = pythonWith('boto3');
  if (python === undefined) return skipped('no Python with boto3 is on this machine');
  const reader = join(import.meta.dirname, '../../examples/reader.py');
  const args = [reader, engine?.stream('Bars').name ?? ''];
  const printed = project.run(python, args, project.folder, variables());
  expect(printed.trimEnd().split('\n').sort()).toEqual(highest(['1h', '5m']).map(barText).sort());
});
