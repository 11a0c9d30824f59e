/** The vendor's official client in Python, over real sockets, takes the simulated vendor for the real one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { eventually } from '../../runtime/ingester/support/eventually.ts';
import { pythonGiven } from '../../support/programs.ts';
import { everyChannel, receiving } from './every-channel.ts';
import { Fixture, MINUTE, OPEN } from './fixture.ts';

/** From the package index of Python. */
const PACKAGE = 'massive==2.9.1';
const PROGRAM = join(import.meta.dirname, 'official_client.py');

const folder = mkdtempSync(join(tmpdir(), 'barflow-python-'));
const fixture = new Fixture();
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await fixture.close();
});

/** What aggregates have only where it is so. */
const RARE = ['otc', 'fractional_volume', 'fractional_accumulated_volume'];
/** What the client has one class for, though indices have no volume. */
const OF_VOLUME = ['volume', 'accumulated_volume', 'vwap', 'aggregate_vwap', 'average_size'];
const OF_FACILITY = ['trf_id', 'trf_timestamp'];

/** What the client knows and the simulated vendor leaves out, as the vendor's documentation does, by market and kind. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  ...{ 'stocks AM': RARE, 'stocks A': RARE, 'options AM': RARE, 'options A': RARE },
  ...{ 'stocks Q': OF_FACILITY, 'options Q': ['condition', 'indicators', 'tape', ...OF_FACILITY] },
  'options T': ['id', 'tape', 'fractional_shares', ...OF_FACILITY],
  ...{ 'forex CA': ['vwap', 'avg_trade_size'], 'forex CAS': ['vwap', 'avg_trade_size'] },
  ...{ 'indices AM': [...OF_VOLUME, ...RARE], 'indices A': [...OF_VOLUME, ...RARE] },
};

interface Printed {
  readonly market: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const sorted = (values: readonly unknown[]) => values.map(value => JSON.stringify(value)).toSorted();

test('the official client in Python receives every channel of every market, and Barflow passes on the same', async () => {
  const found = pythonGiven(['massive'], [PACKAGE], folder);
  if (found === undefined) return;
  const all = await Promise.all(
    everyChannel.map(async ([market, symbol, kinds]) => ({
      ...{ market, kinds, topics: kinds.map(kind => `${kind}.${symbol}`) },
      ...(await receiving(fixture, market, symbol, kinds)),
    })),
  );
  const subscribed = all.map(({ vendor }) => vendor.nextSubscribe());
  const wanted = all.map(({ market, topics, vendor }) => ({ market, topics, port: vendor.port }));
  const client = spawn(found.command, [PROGRAM, JSON.stringify(wanted)], {
    env: found.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(client, 'close');
  let [out, told] = ['', ''];
  client.stdout.on('data', data => {
    out += data;
  });
  client.stderr.on('data', data => {
    told += data;
  });
  const failed = exited.then(() => {
    throw new Error(`the client ended: ${told}`);
  });
  try {
    await Promise.race([Promise.all(subscribed), failed]);
    for (const { clock } of all) clock.set({ now: OPEN + MINUTE + 5_000 });
    const count = all.reduce((sum, { kinds }) => sum + kinds.length, 0);
    const lines = () => out.split('\n').slice(0, -1);
    await Promise.race([eventually(() => lines().length >= count), failed]);
    const printed: Printed[] = lines().map(line => JSON.parse(line));
    const leftOut: Record<string, readonly string[]> = {};
    for (const { market, passed } of all) {
      const payloads = (await passed()).map(({ kind, text }) => ({
        kind,
        payload: Object(JSON.parse(text)),
      }));
      const those = printed.filter(each => each.market === market);
      expect(those).toHaveLength(payloads.length);
      for (const { kind, payload } of payloads) {
        const fields = those.find(each => each.fields['event_type'] === kind)?.fields ?? {};
        const names = Object.keys(fields).filter(name => fields[name] === null);
        const values = Object.values(fields).filter(value => value !== null);
        expect([market, kind, sorted(values)]).toEqual([market, kind, sorted(Object.values(payload))]);
        if (names.length > 0) leftOut[`${market} ${kind}`] = names;
      }
    }
    expect(leftOut).toEqual(LEFT_OUT);
    expect(told).toBe('');
  } finally {
    client.kill();
    await exited;
    await failed.catch(() => undefined);
  }
});
