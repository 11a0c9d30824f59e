/** Streams read into a research file: what days are counted back from. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bar, barText, oneMinuteBar } from '../../../kit/bar.ts';
import { Following } from '../../../local/research/following.ts';
import { bar, START } from '../../kit/support/bars.ts';
import { LocalKinesis } from '../../kit/support/local-kinesis.ts';
import { minuteBar } from '../../support/rollup-on-twins.ts';

let kinesis: LocalKinesis;
beforeAll(async () => {
  kinesis = await LocalKinesis.start();
});
afterAll(async () => kinesis[Symbol.asyncDispose]());

test('a minute of a clock that jumped is taken, and makes no other old: days are counted back from bars of the roll-up', async () => {
  await Promise.all([kinesis.create('minutes', 1), kinesis.create('bars', 1)]);
  const jumped = oneMinuteBar(minuteBar('2031-01-01T00:00:00Z'));
  const longer = bar({});
  await kinesis.put('minutes', [{ key: 'AAPL', text: barText(jumped) }]);
  await kinesis.put('bars', [{ key: 'AAPL', text: barText(longer) }]);
  const taken: (Bar | { readonly timeframe: '1m' })[] = [];
  const ended = new AbortController();
  const following = new Following({
    ...{ client: kinesis.client, streams: ['minutes', 'bars'], signal: ended.signal },
    file: { placeOf: async () => undefined, take: record => void taken.push(record) },
    say: async () => undefined,
  });
  const run = following.run();
  while (taken.length < 2) await new Promise(resolve => setTimeout(resolve, 5));
  ended.abort();
  await run;
  expect(taken.map(({ timeframe }) => timeframe).sort()).toEqual(['1m', longer.timeframe]);
  expect(following.newest).toBe(START);
});
