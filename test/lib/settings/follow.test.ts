/** Nobody is left with the name of something that was replaced, and nothing that keeps data is replaced by accident. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { App, Duration, Stack, Stage } from 'aws-cdk-lib/core';
import { BarflowStage } from '../../../lib/barflow-stage.ts';
import { environments } from '../../../lib/environments.ts';
import type { Environment } from '../../../lib/settings/environment.ts';
import { FOLLOWS, REPLACING, replacementDigest } from '../../../lib/settings/follow.ts';
import { Folder } from '../../support/folder.ts';
import { least, type Synthesized, synthesized } from '../synthesized.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const two: Environment = {
  ...least,
  feeds: [
    ...least.feeds,
    { market: 'crypto', symbols: '*', apiKeySecret: 'keys/vendor', readers: ['111122223333'] },
  ],
};

function resourcesOf(template: Template): [string, Resource][] {
  const all: Record<string, Resource> = template.toJSON()['Resources'];
  return Object.entries(all);
}

/** Every reference of a resource to an output of another stack. */
function readsOf(resource: Resource): { readonly StackName: string; readonly OutputName: string }[] {
  const found: { readonly StackName: string; readonly OutputName: string }[] = [];
  JSON.stringify(resource, (key, value) => {
    if (key === 'Fn::GetStackOutput') found.push(value);
    return value;
  });
  return found;
}

/** What an output is the name or the address of. */
function namedBy(
  { StackName, OutputName }: { readonly StackName: string; readonly OutputName: string },
  made: Synthesized,
) {
  const stacks: Record<string, Template> = {
    Storage: made.storage,
    Pipeline: made.pipeline,
    Serving: made.serving,
  };
  const stack = StackName.split('-').at(-1) ?? '';
  const template = stacks[stack];
  const { Value } = template?.toJSON()['Outputs'][OutputName] ?? {};
  const id: string = Value.Ref ?? Value['Fn::GetAtt'][0];
  return { id, stack, type: template?.toJSON()['Resources'][id].Type };
}

describe('what reads the resources of another stack', () => {
  const made = synthesized(two);
  const readers = [made.pipeline, made.serving, made.monitoring]
    .flatMap(resourcesOf)
    .flatMap(([id, resource]) =>
      readsOf(resource).map(read => ({
        reader: id,
        metadata: resource.Metadata?.[FOLLOWS] ?? {},
        ...namedBy(read, made),
      })),
    );

  test('is made beside what they are, so that it is changed when one of them is replaced', () => {
    expect(readers.length).toBeGreaterThan(100);
    const stale = readers.filter(({ metadata, stack, id }) => {
      const owner = ['Stocks', 'Crypto', 'Api'].find(each => id.startsWith(each));
      return !/^[0-9a-f]{12}$/.test(metadata[`${stack}/${owner}`] ?? '');
    });
    expect(stale).toEqual([]);
  });

  test('reads nothing of which is not known what replaces it', () => {
    const types = new Set(readers.map(({ type }) => type));
    expect(types.size).toBeGreaterThan(6);
    expect([...types].filter(type => REPLACING[type] === undefined)).toEqual([]);
  });

  test('stays as it is when what they are only changes', () => {
    const follows = ({ pipeline, monitoring }: Synthesized) =>
      [pipeline, monitoring].flatMap(resourcesOf).map(([id, { Metadata }]) => [id, Metadata?.[FOLLOWS]]);
    const feeds = two.feeds.map(feed => ({ ...feed, shards: 8 }));
    const changed = synthesized({ ...two, feeds, streamRetention: Duration.days(3) });
    expect(follows(changed)).toEqual(follows(made));
  });

  test('changes with the keys of a table, and not with what else a table is', () => {
    const digest = (key: string, ttl: string) => {
      const stack = new Stack(new Stage(new App(), 'test'), 'Storage');
      const partitionKey = { name: key, type: AttributeType.STRING };
      new Table(stack, 'Table', { partitionKey, timeToLiveAttribute: ttl });
      return replacementDigest(stack);
    };
    expect(digest('id', 'expires')).not.toBe(digest('pk', 'expires'));
    expect(digest('pk', 'end')).toBe(digest('pk', 'expires'));
  });
});

test('the list of what replaces a resource is that of AWS, as the CDK carries it', () => {
  const file = join(import.meta.dirname, '../../../node_modules/aws-cdk/db.json.gz');
  const { schema } = JSON.parse(gunzipSync(readFileSync(file)).toString());
  const known: { cloudFormationType: string; properties: Record<string, { causesReplacement?: string }> }[] =
    Object.values(schema.resource.entities ?? schema.resource);
  for (const [type, listed] of Object.entries(REPLACING)) {
    const { properties = {} } = known.find(({ cloudFormationType }) => cloudFormationType === type) ?? {};
    const replacing = Object.entries(properties).filter(
      ([, { causesReplacement = 'no' }]) => causesReplacement !== 'no',
    );
    expect({ type, listed: [...listed].sort() }).toEqual({
      type,
      listed: replacing.map(([name]) => name).sort(),
    });
  }
});

const hash = { AttributeName: 'pk', KeyType: 'HASH' };
const range = { AttributeName: 'sk', KeyType: 'RANGE' };

/** What is deployed. Whoever changes a line of it replaces something that holds data or is read by others, and has to say what becomes of that. */
const deployed = (name: string) => ({
  StocksArchiveBucketA3B8939B: {},
  StocksArchiveWriter8FA80148: { Description: 'Writes the days of the archive', Path: '/' },
  StocksBarsArnParameter3FD351D5: { Name: `/barflow/${name}/stocks/bars-stream-arn` },
  StocksBarsNameParameter70E34BF6: { Name: `/barflow/${name}/stocks/bars-stream-name` },
  StocksBarsStream2F5B428F: {},
  StocksFailuresBucketAFDE0655: {},
  StocksFailuresWriterCB14CE14: {
    Description: 'Lets Lambda file the batches that it gave up on',
    Path: '/',
  },
  StocksLease2FF75685: { KeySchema: [hash] },
  StocksMinutesArnParameterDD908A16: { Name: `/barflow/${name}/stocks/minutes-stream-arn` },
  StocksMinutesNameParameter6CE5789C: { Name: `/barflow/${name}/stocks/minutes-stream-name` },
  StocksMinutesStreamD8F00BA5: {},
  StocksMonitorA1A88EB2: { KeySchema: [hash] },
  StocksQuarantineF198EACE: { KeySchema: [hash, range] },
  StocksReportsBucket980CB4D0: {},
  StocksReportsWriter549A831A: {
    Description: 'Leaves reports of the comparison with the vendor',
    Path: '/',
  },
  StocksSessionsE11BD609: { KeySchema: [hash, range] },
  StocksStateEECBDEF8: { KeySchema: [hash, range] },
  StocksStore3575FAE1: { KeySchema: [hash, range] },
});

test.each(['dev', 'prod'])('nothing of the storage of %s is replaced', name => {
  const environment = environments[name];
  if (environment === undefined) throw new Error(`environments.ts has no '${name}'`);
  const fixed = resourcesOf(synthesized(environment, name).storage).flatMap(
    ([id, { Type, Properties = {} }]) => {
      const names = id.startsWith('Stocks') ? REPLACING[Type] : undefined;
      return names
        ? [
            [
              id,
              Object.fromEntries(
                names.flatMap(each => (each in Properties ? [[each, Properties[each]]] : [])),
              ),
            ],
          ]
        : [];
    },
  );
  expect(Object.fromEntries(fixed)).toEqual(deployed(name));
});

test('storage comes first and goes last', () => {
  using folder = new Folder();
  const app = new App({
    outdir: folder.path,
    builtinCloudFormationValidation: false,
    context: { 'aws:cdk:bundling-stacks': [] },
  });
  new BarflowStage(app, 'test', least);
  const { stacksRecursively } = app.synth();
  const before = (id: string) =>
    stacksRecursively
      .find(stack => stack.stackName === `barflow-test-${id}`)
      ?.dependencies.map(
        ({ id: dependency }) => stacksRecursively.find(({ id: each }) => each === dependency)?.stackName,
      )
      .filter(each => each !== undefined);
  expect(before('Storage')).toEqual([]);
  expect(before('Pipeline')).toEqual(['barflow-test-Storage']);
  expect(before('Serving')).toEqual(['barflow-test-Storage']);
  expect(before('Monitoring')?.toSorted()).toEqual([
    'barflow-test-Pipeline',
    'barflow-test-Serving',
    'barflow-test-Storage',
  ]);
});
