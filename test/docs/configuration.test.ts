/** Holds the page of settings and variables to the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Duration } from 'aws-cdk-lib/core';
import { withFeedDefaults } from '../../lib/settings/feed-defaults.ts';
import { feedSettings } from '../../lib/settings/feed-settings.ts';
import { faultsOf, faultsOfFeed, feed } from '../lib/support/faults.ts';
import { settingsOf } from './support/commented.ts';
import { PAGE, withTables } from './support/configuration-page.ts';

const SETTINGS = 'lib/settings/environment.ts';

describe('the page of the configuration', () => {
  test('says what the code says: `node test/docs/support/configuration-page.ts` brings it up to date', () => {
    const page = readFileSync(PAGE, 'utf8');
    expect(withTables(page)).toBe(page);
  });

  test('gives the defaults that feeds have', () => {
    const defaults: Readonly<Record<string, unknown>> = { ...withFeedDefaults(feed) };
    const simple = feedRows().flatMap(({ name, fallback }) => {
      const words = name in feed || name === 'name' ? undefined : inWords(defaults[name]);
      return words === undefined ? [] : [{ name, fallback, words }];
    });
    expect(simple.length).toBeGreaterThan(8);
    for (const { name, fallback, words } of simple)
      expect({ name, says: fallback?.slice(0, words.length) }).toEqual({ name, says: words });
  });

  test('says of those settings that they must be set without which an environment is refused', () => {
    for (const { name, fallback } of settingsOf(SETTINGS, 'Environment'))
      expect({ name, needed: faultsOf({ [name]: undefined }).length > 0 }).toEqual({
        name,
        needed: fallback === undefined,
      });
    for (const { name, fallback } of feedRows())
      expect({ name, needed: faultsOfFeed({ [name]: undefined }).length > 0 }).toEqual({
        name,
        needed: fallback === '**must be set**',
      });
  });

  test('explains every setting of a feed in words of its own', () => {
    const rows = feedRows();
    expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(feedSettings).toSorted());
    expect(rows.filter(({ text = '' }) => text.length < 15)).toEqual([]);
  });

  test('has every variable, for nothing that runs reads one in another way', () => {
    const folder = join(import.meta.dirname, '../../runtime');
    const readers = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .flatMap(file =>
        [...readFileSync(join(folder, file), 'utf8').matchAll(/.*\bprocess\.env\b.*/g)].map(([line]) =>
          line.trim(),
        ),
      );
    expect(readers.length).toBeGreaterThan(4);
    const others = readers.filter(
      line => !/(readEnvironment|ingesterConfig|aloneConfig|standsAlone)\(process\.env\b/.test(line),
    );
    // Reads on a laptop what is secret; its variables stand among the others.
    expect(others).toEqual([expect.stringMatching(/^export async function secretOf\(/)]);
  });
});

/** The rows of the page's table of a feed's settings. */
function feedRows() {
  const [, table = ''] = /\n## A feed\n[^|]*((?:\|.*\n)+)/.exec(readFileSync(PAGE, 'utf8')) ?? [];
  return [...table.matchAll(/^\| `(\w+)` \| (?:[^|\\]|\\.)* \| ((?:[^|\\]|\\.)*) \| (.*?) \|/gm)].map(
    ([, name = '', fallback, text]) => ({ name, fallback, text }),
  );
}

/** A default as the page has it; undefined for lists and shapes, which words describe. */
function inWords(value: unknown): string | undefined {
  if (value instanceof Duration) return value.toHumanString();
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'number' || typeof value === 'boolean' ? value.toLocaleString('en-US') : undefined;
}
