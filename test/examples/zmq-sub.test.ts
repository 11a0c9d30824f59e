/** The subscribers of the examples, to a stream that publishes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Alone } from '../runtime/ingester/support/alone.ts';
import { eventually } from '../runtime/ingester/support/eventually.ts';
import { ScriptedVendor } from '../runtime/ingester/support/vendor.ts';
import { pythonWith } from '../support/programs.ts';
import { skipped } from '../support/skipped.ts';

const example = (name: string) => join(import.meta.dirname, '../../examples', name);
const trade = (q: number, sym: string) => ({ ev: 'T', sym, p: 175.5, q, t: 1_763_649_000_000 + q });

describe('the examples of subscribers', () => {
  let vendor: ScriptedVendor;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    vendor = await ScriptedVendor.start();
  });

  afterEach(async () => {
    for (const child of children.splice(0)) {
      const exited = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGKILL')) await exited;
    }
    await vendor[Symbol.asyncDispose]();
  });

  test.each([
    ['Node', process.execPath, 'zmq-sub.ts'],
    ['Python', pythonWith('zmq'), 'zmq_sub.py'],
  ])('in %s print the envelopes of the topic they take', async (language, command, file) => {
    if (command === undefined) return skipped(`no ${language} with zmq is on this machine`);
    const child = spawn(command, [example(file), 'tcp://127.0.0.1:*', 'barflow/T:AAPL'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let [out, told] = ['', ''];
    child.stdout.on('data', data => {
      out += data;
    });
    child.stderr.on('data', data => {
      told += data;
    });
    const [, endpoint = ''] = await eventually(() => /listening at (\S+)/.exec(told) ?? undefined);
    const alone = new Alone({
      ...{ FEED_URL: vendor.url, SUBSCRIPTION: 'T.*', SINK: 'zmq', ZMQ_ENDPOINT: endpoint },
      ...{ ZMQ_TOPIC_PREFIX: 'barflow/', ZMQ_SND_HWM: '10000' },
    });
    children.push(alone.child);
    const client = await vendor.client();
    await client.welcome();
    // Before it knows what a subscriber takes, a publisher lets everything go.
    let sent = 0;
    await eventually(() => {
      client.frame(trade(++sent, 'AAPL'), trade(++sent, 'MSFT'));
      return out.includes('\n');
    });
    const [first = ''] = out.split('\n');
    expect(JSON.parse(first)).toMatchObject({ type: 'T', symbol: 'AAPL', feed: 'stocks', schema_version: 1 });
    expect(out).not.toContain('MSFT');
    const { text } = await alone.answer('/metrics');
    expect(text).toMatch(/^polygon_zmq_sent_total [1-9]\d*$/m);
    expect(text).toMatch(/^polygon_zmq_drops_total 0$/m);
    client.frame(...Array.from({ length: 500 }, () => trade(++sent, 'AAPL')));
    await eventually(async () => (await alone.answer('/stats')).text.includes(`"accepted":${sent},`));
    // What it has accepted comes, though it is told to stop at once.
    expect(await alone.end()).toBe(0);
    await eventually(() => out.includes(`"q":${sent},`));
    const numbers = out
      .trimEnd()
      .split('\n')
      .map((line): number => JSON.parse(line).payload.q);
    expect(numbers.slice(-500)).toEqual(Array.from({ length: 500 }, (_, n) => sent - 499 + n));
  });
});
