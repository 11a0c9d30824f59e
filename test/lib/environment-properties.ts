/** What holds for every environment, whatever its settings: registered as tests of each that is given. */
import { describe, expect, test } from '@jest/globals';
import type { Environment, Feed } from '../../lib/settings/environment.ts';
import { feedId } from '../../lib/settings/names.ts';
import { type Synthesized, stateful, synthesized, withoutHashes } from './synthesized.ts';

/** An account, or a region. */
const PLACES = /\b\d{12}\b|\b(?:us|eu|ap|sa|ca|me|af|il|cn|mx)(?:-[a-z]+)+-\d\b/g;

interface Resource {
  readonly Type: string;
  readonly Properties?: object;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Those of every stack. */
function resources({ storage, pipeline, serving, monitoring }: Synthesized): Resource[] {
  return [storage, pipeline, serving, monitoring].flatMap(template => {
    const all: Record<string, Resource> = template.toJSON()['Resources'];
    return Object.values(all);
  });
}

/** How many streams, tables and buckets a feed has: its lease and its quarantine, those of minutes, and those of sinks. */
function keptBy({ channels = ['minutes'], store, archive, sinks = [] }: Feed): number {
  const ofMinutes = 7 + Number(store !== false) + Number(archive !== false);
  const own = sinks.filter(
    sink => sink.kind === 'events' || (sink.kind === 's3' && sink.bucket === undefined),
  );
  return 2 + (channels.includes('minutes') ? ofMinutes : 0) + own.length;
}

export function testProperties(environments: Readonly<Record<string, Environment>>): void {
  describe.each(Object.entries(environments))('environment %s', (name, environment) => {
    const made = synthesized(environment, name);
    const { storage, pipeline, serving, monitoring, findings, stacks, lookups } = made;
    const isProtected = environment.removal === 'retain';
    // The longest first: `StocksDelayed` begins like `Stocks`.
    const feedIds = environment.feeds.map(feedId).toSorted((one, other) => other.length - one.length);
    const ownerOf = (id: string) => feedIds.find(each => id.startsWith(each));

    test('has a stack for what is kept, protected as it asks, and one each for what runs, serves and watches, which can be made again', () => {
      expect(stacks).toEqual({
        [`barflow-${name}-Storage`]: isProtected,
        [`barflow-${name}-Pipeline`]: false,
        [`barflow-${name}-Serving`]: false,
        [`barflow-${name}-Monitoring`]: false,
      });
    });

    test('leaves nothing of a creation that is rolled back, and keeps otherwise what it is told to', () => {
      const policies = resources(made).flatMap(({ DeletionPolicy, UpdateReplacePolicy }) =>
        DeletionPolicy === undefined ? [] : [`${DeletionPolicy} ${UpdateReplacePolicy}`],
      );
      expect(policies.length).toBeGreaterThan(10);
      expect(new Set(policies)).toEqual(
        new Set([isProtected ? 'RetainExceptOnCreate Retain' : 'Delete Delete']),
      );
    });

    test('gives no name of its own to what may outlive its stack, so that the next deployment finds none taken', () => {
      const named = resources(made)
        .filter(({ Type }) => [...stateful, 'AWS::Logs::LogGroup'].includes(Type))
        .flatMap(({ Properties = {} }) =>
          Object.keys(Properties).filter(key => /^(?:TableName|BucketName|LogGroupName|Name)$/.test(key)),
        );
      expect(named).toEqual([]);
    });

    test('makes tables that refuse deletion when everything else that is kept of their feed is there', () => {
      const all: Record<string, Resource> = storage.toJSON()['Resources'];
      for (const [id, { Properties, DependsOn = [] }] of Object.entries(
        storage.findResources('AWS::DynamoDB::Table'),
      )) {
        const others = Object.entries(all).filter(
          ([other, { Type }]) => ownerOf(other) === ownerOf(id) && Type !== 'AWS::DynamoDB::Table',
        );
        expect(others.length).toBeGreaterThan(3);
        const before = others.map(([other]) => other).filter(other => DependsOn.includes(other));
        expect(before).toHaveLength(Properties['DeletionProtectionEnabled'] ? others.length : 0);
      }
    });

    test('breaks no rule of the AWS Solutions checks that nobody gave a reason for', () => {
      expect(findings).toEqual([]);
    });

    test('is synthesized without asking any account', () => {
      expect(lookups).toEqual([]);
    });

    test('holds no account and no region that it does not name', () => {
      const own = new Set(JSON.stringify(environment).match(PLACES));
      const found =
        JSON.stringify([storage, pipeline, serving, monitoring].map(withoutHashes)).match(PLACES) ?? [];
      expect(found.filter(place => !own.has(place))).toEqual([]);
    });

    test('keeps its data, all of it in the storage stack, as its removal says', () => {
      const kept = stateful.flatMap(type => Object.values(storage.findResources(type)));
      expect(kept).toHaveLength(environment.feeds.reduce((sum, feed) => sum + keptBy(feed), 0));
      for (const table of Object.values(storage.findResources('AWS::DynamoDB::Table')))
        expect(table['Properties'].DeletionProtectionEnabled ?? false).toBe(isProtected);
      for (const other of [pipeline, serving, monitoring])
        for (const type of stateful) other.resourceCountIs(type, 0);
    });

    test('tags what can be tagged with its tags and no others', () => {
      const tags = Object.entries(environment.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
      for (const { Properties } of Object.values(storage.findResources('AWS::DynamoDB::Table')))
        expect(new Set(Properties.Tags ?? [])).toEqual(new Set(tags));
    });
  });
}
