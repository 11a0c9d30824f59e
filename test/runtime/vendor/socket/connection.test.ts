/** One connection that carries two channels: each is a row and a reader, and knows nothing of the other. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EventClock } from '../../../../runtime/platform/clock.ts';
import type { Channel, Events } from '../../../../runtime/vendor/channels/channel.ts';
import { ElementTexts } from '../../../../runtime/vendor/channels/element-texts.ts';
import { MinutesChannel } from '../../../../runtime/vendor/channels/minutes.ts';
import { type ChannelRow, topicOf } from '../../../../runtime/vendor/channels/table.ts';
import type { Bars, Subscribed } from '../../../../runtime/vendor/feed-events.ts';
import { Connection } from '../../../../runtime/vendor/socket/connection.ts';
import { Tally } from '../../../../runtime/vendor/socket/tally.ts';
import { VendorWords } from '../../../../runtime/vendor/words.ts';
import { MemoryLogger } from '../../ingester/support/log.ts';
import { am, OPEN } from '../../ingester/support/records.ts';
import { ScriptedVendor } from '../../ingester/support/vendor.ts';

interface Trades {
  readonly type: 'trades';
  readonly texts: readonly string[];
}

/** Trades, passed on in the vendor's own words. */
class TradesChannel implements Channel<Trades> {
  readonly #row: ChannelRow = { kind: 'T', symbol: 'sym', time: 't', unit: 'ms' };
  readonly kinds = ['T'];

  topics(): readonly string[] {
    return ['AAPL', 'MSFT'].map(symbol => topicOf(this.#row, symbol));
  }

  isSteady(): boolean {
    return false;
  }

  read({ fields, places }: Events, text: string) {
    const texts = new ElementTexts(text);
    const told = fields.map((_, index) => texts.at(places?.[index] ?? index));
    return { told: { type: 'trades', texts: told } as const, isAlive: true };
  }
}

let vendor: ScriptedVendor;
const stop = new AbortController();
beforeEach(async () => {
  vendor = await ScriptedVendor.start();
});
afterEach(async () => {
  stop.abort();
  await vendor[Symbol.asyncDispose]();
});

function connect() {
  const clock = new EventClock({ now: OPEN + 60_000, speed: 0 });
  const logger = new MemoryLogger();
  const words = new VendorWords('top-secret');
  const tally = new Tally(logger, words);
  let version = 0;
  const minutes = new MinutesChannel({
    ...{ market: 'stocks', clock, counts: tally, words },
    subscription: { symbols: ['AAPL'], has: symbol => symbol === 'AAPL' },
    versions: { next: () => ++version },
  });
  const channels: readonly Channel<Bars | Trades>[] = [minutes, new TradesChannel()];
  const connection = new Connection({
    ...{ url: vendor.url, apiKey: 'top-secret', market: 'stocks', delay: 0 },
    ...{ channels, clock, logger, tally, words },
  });
  const events = connection.events(stop.signal);
  const next = async (): Promise<Subscribed | Bars | Trades> => {
    const { value, done } = await events.next();
    if (done) throw new Error(value.cause);
    return value;
  };
  return { tally, next };
}

test('a connection asks for the topics of all its channels, and gives each channel its own events', async () => {
  const { tally, next } = connect();
  const client = await vendor.client();
  const subscribed = next();
  expect(await client.welcome()).toEqual(['AM.AAPL', 'AM.SPY', 'T.AAPL', 'T.MSFT']);
  expect(await subscribed).toEqual({ type: 'subscribed' });
  const trade = '{"ev":"T", "sym":"AAPL","p":175.50,"t":1763649000987654321}';
  const odd = '{"ev":"Q","sym":"AAPL"}';
  client.socket.send(`[${trade},${JSON.stringify(am('AAPL', OPEN))},${odd},${trade}]`);
  expect([await next(), await next()]).toEqual([
    { type: 'trades', texts: [trade, trade] },
    { type: 'bars', bars: [expect.objectContaining({ symbol: 'AAPL' })], refused: [], observed: OPEN },
  ]);
  expect(tally.kinds).toMatchObject({ AM: 1, 'event Q': 1 });
  client.frame(am('AAPL', OPEN));
  expect(await next()).toMatchObject({ type: 'bars' });
});
