/** What holds for every environment, whatever its settings: registered as tests of each that is given. */
import { describe, expect, test } from '@jest/globals';
import type { Environment } from '../../lib/settings/environment.ts';
import { stateful, synthesized, withoutHashes } from './synthesized.ts';

/** An account, or a region. */
const PLACES = /\b\d{12}\b|\b(?:us|eu|ap|sa|ca|me|af|il|cn|mx)(?:-[a-z]+)+-\d\b/g;

export function testProperties(environments: Readonly<Record<string, Environment>>): void {
  describe.each(Object.entries(environments))('environment %s', (name, environment) => {
    const made = synthesized(environment, name);
    const { storage, pipeline, serving, monitoring, findings, stacks, lookups } = made;
    const isProtected = environment.removal === 'retain';

    test('has a stack for what is kept, one for what runs, one for what serves and one for what watches, protected as it asks', () => {
      expect(stacks).toEqual({
        [`barflow-${name}-Storage`]: isProtected,
        [`barflow-${name}-Pipeline`]: isProtected,
        [`barflow-${name}-Serving`]: isProtected,
        [`barflow-${name}-Monitoring`]: isProtected,
      });
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
      const stores = environment.feeds.filter(({ store }) => store !== false).length;
      const kept = stateful.flatMap(type => Object.values(storage.findResources(type)));
      expect(kept).toHaveLength(8 * environment.feeds.length + stores);
      expect(new Set(kept.map(each => each['DeletionPolicy']))).toEqual(
        new Set([isProtected ? 'Retain' : 'Delete']),
      );
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
