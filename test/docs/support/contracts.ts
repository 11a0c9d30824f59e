/** What the code holds others to, as lines of text by heading of `docs/contracts.md`: names, keys and fields that stay. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { aloneEnv } from '../../../runtime/ingester/alone/names.ts';
import { ingesterEnv } from '../../../runtime/ingester/names.ts';
import { SessionTally } from '../../../runtime/ingester/sessions/session-tally.ts';
import * as metricNames from '../../../runtime/platform/metric-names.ts';
import { logLevel, toldSettings } from '../../../runtime/platform/settings.ts';
import * as sinks from '../../../runtime/platform/sink-names.ts';
import {
  explicitHashKey,
  laneOf,
  slotOf,
  slotOfLane,
  slotPartitionKey,
} from '../../../runtime/records/slot.ts';
import { barItem } from '../../../runtime/tables/bars/bar-item.ts';
import { SymbolRegistry } from '../../../runtime/tables/bars/symbol-registry.ts';
import { chunkItem } from '../../../runtime/tables/chunks/chunk-item.ts';
import { HaltTable } from '../../../runtime/tables/lease/halt-table.ts';
import { LeaseItems } from '../../../runtime/tables/lease/lease-items.ts';
import { LeaseTable } from '../../../runtime/tables/lease/lease-table.ts';
import { MissingTable } from '../../../runtime/tables/lease/missing-table.ts';
import { ShownTable } from '../../../runtime/tables/lease/shown-table.ts';
import { SymbolMemory } from '../../../runtime/tables/lease/symbol-memory.ts';
import { TableMemory } from '../../../runtime/tables/monitor-memory.ts';
import { quarantineItem } from '../../../runtime/tables/quarantine/quarantine-item.ts';
import { SessionSymbols } from '../../../runtime/tables/sessions/session-symbols.ts';
import { SessionTable } from '../../../runtime/tables/sessions/session-table.ts';
import { stateful, synthesized, whole } from '../../lib/synthesized.ts';

const NOON = Date.parse('2025-11-20T17:00:00Z');
const BLOCK = 4 * 60 * 60 * 1000;

type Values = Readonly<Record<string, string | object>>;

/** Lines by heading; each without what an environment, an account or a moment adds. */
export async function contracts(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { storage, pipeline, serving, monitoring, stacks } = synthesized(whole, 'test');
  const named = (text: string) => text.replaceAll(/\btest\b/g, '<environment>');
  const laneSlot = slotOfLane(laneOf('AAPL'));
  const all = Object.entries({ storage, pipeline, serving, monitoring });
  const idsOf = (types: readonly string[]) =>
    all.flatMap(([, template]) =>
      types.flatMap(type => Object.keys(template.findResources(type)).map(id => `${type} ${id}`)),
    );
  const told = <Found>(types: readonly string[], tell: (properties: Found) => string) =>
    all.flatMap(([, template]) =>
      types.flatMap(type =>
        Object.values(template.findResources(type)).map(each => named(tell(each['Properties']))),
      ),
    );
  return {
    Records: ['bar', 'minute-bar', 'coverage', 'watermark', 'event'].flatMap(fieldsOf),
    'Where records go': [
      `of a symbol: PartitionKey AAPL, ExplicitHashKey ${explicitHashKey(slotOf('AAPL'))}`,
      `of a slot: PartitionKey ${slotPartitionKey(34)}, ExplicitHashKey ${explicitHashKey(34)}`,
      `of events of a symbol: PartitionKey ${slotPartitionKey(laneSlot)}, ExplicitHashKey ${explicitHashKey(laneSlot)}`,
    ],
    'Items of tables': await items(),
    Stacks: Object.keys(stacks).map(named),
    'Logical ids': idsOf([...stateful, 'AWS::Lambda::EventSourceMapping', 'AWS::ECS::Service']),
    Parameters: told<{ Name: string }>(['AWS::SSM::Parameter'], ({ Name }) => Name),
    // Those with a prefix are the CDK's, by which a stack hears of another's resources.
    Outputs: all
      .flatMap(([, template]) => Object.keys(template.findOutputs('*')))
      .filter(id => !id.startsWith('PublishOutput')),
    Metrics: [
      `namespace ${metricNames.metricNamespace}`,
      ...Object.values(metricNames.metricDimensions).map(name => `dimension ${name}`),
      ...metrics(),
    ],
    Alarms: told<{ AlarmName: string }>(
      ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
      ({ AlarmName }) => AlarmName,
    ),
    Variables: [
      ...new Set([
        metricNames.environmentVariable,
        logLevel.variable,
        ...Object.values(ingesterEnv),
        ...Object.values(aloneEnv),
        ...sinkVariables(),
        ...Object.values(toldSettings).map(({ variable }) => variable),
      ]),
    ],
  };
}

/** `<schema>: <field> <type>`, with `?` where it may be missing. */
function fieldsOf(name: string): string[] {
  const text = readFileSync(join(import.meta.dirname, `../../../docs/schemas/${name}.schema.json`), 'utf8');
  const { properties, required }: { properties: Values; required: readonly string[] } = JSON.parse(text);
  return Object.entries(properties).map(([field, value]) => {
    const { type, const: only, enum: some } = Object(value);
    const what = type ?? JSON.stringify(only ?? some).replaceAll('"', '');
    return `${name}: ${field}${required.includes(field) ? '' : '?'} ${what}`;
  });
}

/** Those of every group of names in the file, whatever sinks there are. */
function sinkVariables(): string[] {
  const groups = Object.entries(sinks).flatMap(([name, group]) => (name.endsWith('Env') ? [group] : []));
  return groups.flatMap(function variables(group: unknown): string[] {
    return typeof group === 'string' ? [group] : Object.values(Object(group)).flatMap(variables);
  });
}

function metrics(): string[] {
  const { metricDimensions, ...groups } = metricNames;
  const names = Object.values(groups).flatMap(group =>
    typeof group === 'string' ? [] : Object.values(group),
  );
  return [...new Set(names)];
}

/** Every kind of item: its table, its key by way of an example, and its other attributes. */
async function items(): Promise<string[]> {
  const asked = new Stub();
  const lease = new LeaseItems(asked.client, 'lease', 'stocks', 'test/stocks');
  const facts = { lastVersion: 1, through: 1, since: 1, slots: [34] };
  const catchingUp = { from: 1, symbols: 1, remaining: 1 };
  const attempt = { epoch: 1, counter: 1, startedAt: 0, seen: undefined };
  await new LeaseTable(lease).take(attempt, 'owner', { ...facts, catchingUp });
  await new SymbolMemory(lease).save(['AAPL']);
  await new HaltTable(lease).save([], 1);
  await new MissingTable(lease).save('<name>', { minutes: [NOON], slots: new Map(), symbols: new Set() });
  await new ShownTable(lease).add(34, new Map([['AAPL', 2_916]]), 2_900);
  await new TableMemory(asked.client, 'monitor', 'test/stocks').put('<note>', {});
  const term = new SessionTally({ name: 'regular', start: NOON, end: NOON }, '2025-11-20').record(42, '1');
  await new SessionTable(asked.client, 'sessions', 'test/stocks').put(term, NOON);
  await new SessionSymbols(asked.client, 'sessions', 'test/stocks').add(NOON, ['AAPL'], NOON);
  const symbol = { symbol: 'AAPL', firstDay: 1, lastDay: 1 };
  const { signal } = new AbortController();
  await new SymbolRegistry(asked.client, 'bars', 'test/stocks').widen(symbol, undefined, 1, signal);
  const report = { symbols: 1, uncovered: 0, emitted: 1 };
  const numbers = { first: 1n, last: 2n, through: 1, slotThrough: 1, expires: 1 };
  const chunk = { slot: 34, blockStart: NOON, n: 7, ...numbers, body: new Uint8Array(), report };
  const prices = { open: 1, high: 1, low: 1, close: 1, volume: '1' };
  const bar = {
    type: 'bar',
    symbol: 'AAPL',
    timeframe: '4h',
    start: NOON,
    end: NOON + BLOCK,
    ...prices,
  } as const;
  const rest = { minutes: 1, uncovered: 0, session: 'regular', final: true, version: 1 } as const;
  const refused = { at: NOON, place: '<place>', raw: new Uint8Array(), reason: 'r', where: 'w' };
  const long = { ...refused, raw: randomBytes(400_000) };
  return [
    itemLine('state', chunkItem(chunk)),
    itemLine('bars', barItem({ ...bar, ...rest }, 1)),
    itemLine('quarantine', quarantineItem('rollup', refused, NOON)),
    itemLine('quarantine', quarantineItem('ingester-stocks', long, NOON)),
    ...new Set(asked.lines),
  ];
}

const itemLine = (table: string, { pk, sk, ...others }: Values) =>
  `${table}: ${[pk, sk]
    .map(key => Object(key).S)
    .filter(Boolean)
    .join(' / ')}: ${Object.keys(others).sort().join(' ')}`;

/** A table that takes everything and remembers what was written to it. */
class Stub {
  readonly lines: string[] = [];
  readonly client = new DynamoDBClient({ region: 'us-east-1' });

  constructor() {
    const reply = { output: { $metadata: {} }, response: {} };
    const take = ({ input }: { readonly input: object }) => {
      const {
        TableName,
        Key,
        Item,
        UpdateExpression = '',
        ExpressionAttributeNames = {},
      }: Values = { ...input };
      const attributes = Object.fromEntries(
        [
          ...String(UpdateExpression)
            .replace(/ ?REMOVE .*/, '')
            .matchAll(/(?:SET |ADD |, )(#?\w+)/g),
        ].map(([, name = '']) => [Object(ExpressionAttributeNames)[name] ?? name, {}]),
      );
      this.lines.push(itemLine(String(TableName), { ...Object(Key), ...Object(Item), ...attributes }));
      return Promise.resolve(reply);
    };
    this.client.middlewareStack.add(() => take, { step: 'initialize', priority: 'high' });
  }
}
