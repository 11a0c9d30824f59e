/** The handler for Lambda: what it hands on, what it asks for again, and that it ends in time. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Bar, barText } from '../../kit/bar.ts';
import { type HandleBars, handleBars } from '../../kit/handle-bars.ts';
import { bar, eventOf } from './support/bars.ts';

const AMPLE = { getRemainingTimeInMillis: () => 600_000 };

const log = jest.spyOn(console, 'error');
beforeEach(() => {
  log.mockImplementation(() => {});
});
afterEach(() => {
  log.mockReset();
});

/** Bars 1 to `count`, by version. */
const bars = (count: number) =>
  Array.from({ length: count }, (_, index) => barText(bar({ version: index + 1 })));

/** What a handler that fails at some versions was given, call by call, and what came of it. */
async function run(
  texts: readonly string[],
  options: Omit<HandleBars, 'onBars'> & { readonly bad?: readonly number[] } = {},
) {
  const { bad = [], ...rest } = options;
  const calls: number[][] = [];
  const onBars = async (given: readonly Bar[]) => {
    calls.push(given.map(({ version }) => version));
    await null;
    if (given.some(({ version }) => bad.includes(version))) throw new Error('no');
  };
  const answer = await handleBars({ onBars, ...rest })(eventOf(texts), AMPLE).catch(String);
  const again =
    typeof answer === 'string' ? answer : answer.batchItemFailures.map(each => each.itemIdentifier);
  return { calls, again };
}

describe('a handler', () => {
  test('hands all bars on at once, in order, and asks for none again', async () => {
    expect(await run(bars(3))).toEqual({ calls: [[1, 2, 3]], again: [] });
    expect(await run([])).toEqual({ calls: [], again: [] });
  });

  test('in order ends at the first failure, and asks for everything from there on', async () => {
    const { calls, again } = await run(bars(5), { chunk: 2, bad: [3] });
    expect(calls).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(again).toEqual(['3', '5']);
    expect(log).toHaveBeenCalledTimes(1);
  });

  test('in parallel tries every piece, and asks for those that failed', async () => {
    const { calls, again } = await run(bars(5), { chunk: 1, parallel: 2, bad: [2, 4] });
    expect(calls.flat()).toEqual([1, 2, 3, 4, 5]);
    expect(again).toEqual(['2', '4']);
  });

  test('throws when nothing is done with, so that Lambda halves the batch, and counts an error of one record too', async () => {
    for (const count of [3, 1])
      expect((await run(bars(count), { bad: [count] })).again).toMatch(
        /^Error: 1 pieces of the batch failed/,
      );
  });

  test('leaves out what the filter does not want, and other records', async () => {
    const texts = [
      barText(bar({ version: 1, timeframe: '1h' })),
      barText(bar({ version: 2, symbol: 'MSFT' })),
      barText(bar({ version: 3, final: false })),
      '{"type":"watermark","schema":1,"slot":34,"through":1763649300000,"epoch":42}',
      barText(bar({ version: 4 })),
    ];
    const calls = async (filter: NonNullable<HandleBars['filter']>) => (await run(texts, { filter })).calls;
    expect(await calls({})).toEqual([[1, 2, 3, 4]]);
    expect(await calls({ timeframes: ['1h'] })).toEqual([[1]]);
    expect(await calls({ symbols: ['MSFT'] })).toEqual([[2]]);
    expect(await calls({ final: false })).toEqual([[3]]);
    expect(await calls({ timeframes: ['5m'], symbols: ['AAPL'], final: true })).toEqual([[4]]);
    expect(await calls(({ version }) => version > 3)).toEqual([[4]]);
    expect(await calls({ timeframes: ['4h'] })).toEqual([]);
  });

  test('hands refused records over, goes on with the rest, and asks for one again that could not be handed over', async () => {
    const refused: string[] = [];
    const texts = [...bars(2), 'bad', barText(bar({ version: 9 }))];
    const onRefused = ({ reason }: { reason: string }) => refused.push(reason);
    expect(await run(texts, { onRefused })).toEqual({ calls: [[1, 2, 9]], again: [] });
    expect(refused).toEqual(['record is "bad": not JSON']);
    const failing = () => Promise.reject(new Error('the quarantine is away'));
    expect((await run(texts, { onRefused: failing })).again).toEqual(['3']);
    expect((await run(texts)).again).toEqual([]);
    expect(String(log.mock.lastCall)).toContain('record refused');
  });

  test('counts what it passes over, once an invocation, and says nothing where there is nothing', async () => {
    const kpl = Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), Buffer.from('packed')]);
    const counted: unknown[] = [];
    const handler = handleBars({ onBars: () => {}, onSkipped: skipped => counted.push(skipped) });
    await handler(eventOf(bars(2)), AMPLE);
    await handler(eventOf([kpl, ...bars(1), '{"type":"split","schema":1}', '{"type":"halt"}']), AMPLE);
    expect(counted).toEqual([{ kpl: 1, unknownType: 2 }]);
  });

  test('tells why a piece failed to whoever asks, and else in one line of standard error', async () => {
    const failed: unknown[] = [];
    await run(bars(2), { chunk: 1, bad: [2], onFailed: error => failed.push(error) });
    expect(failed).toEqual([new Error('no')]);
    expect(log).not.toHaveBeenCalled();
    await run(bars(2), { chunk: 1, bad: [2] });
    const line = String(log.mock.lastCall);
    expect(JSON.parse(line)).toMatchObject({ level: 'ERROR', name: 'Error', reason: 'no' });
    expect(line).not.toContain('\n');
  });

  test('aborts before the deadline and asks for what was not done with by then', async () => {
    let aborted = false;
    const onBars = async ([first]: readonly Bar[], signal: AbortSignal) => {
      if (first?.version === 1) return;
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      await new Promise(() => {});
    };
    const context = { getRemainingTimeInMillis: () => 2_010 };
    const answer = await handleBars({ onBars, chunk: 1 })(eventOf(bars(3)), context);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }, { itemIdentifier: '3' }] });
    expect(aborted).toBe(true);
    const none = handleBars({ onBars })(eventOf(bars(3).slice(1)), context);
    await expect(none).rejects.toThrow('1 pieces');
  });

  test('refuses settings by which nothing would be handed on', () => {
    const onBars = () => {};
    expect(() => handleBars({ onBars, chunk: 0 })).toThrow('chunk is 0: use a number of bars from 1 on');
    expect(() => handleBars({ onBars, parallel: Number.NaN })).toThrow('parallel is NaN: use');
    expect(() => handleBars({ onBars, reserve: Number.NaN })).toThrow(
      'reserve is NaN: use milliseconds from 0 on',
    );
  });

  test.each([
    [
      '{"timeframes":["1h","2h"]}',
      'timeframes is ["1h","2h"]: use a list of some of 1m, 5m, 15m, 30m, 1h, 4h',
    ],
    ['{"timeframes":[]}', 'timeframes is []: use a list of some of'],
    ['{"timeframes":"1h"}', 'timeframes is "1h": use a list of some of'],
    ['{"symbols":"AAPL"}', 'symbols is "AAPL": use a list of symbols, each of 1 to 64 printable characters'],
    ['{"symbols":[]}', 'symbols is []: use a list of symbols'],
    ['{"symbols":["AAPL","BRK B"]}', 'symbols is ["AAPL","BRK B"]: use a list of symbols'],
    ['{"timeframe":["1h"]}', 'filter has "timeframe": use timeframes, symbols, final, or a function'],
    ['{"final":"false"}', 'final is "false": use true or false'],
  ])(
    'refuses a filter that cannot be meant, such as one read from a file or a variable: %s',
    (json, message) => {
      expect(() => handleBars({ onBars: () => {}, filter: JSON.parse(json) })).toThrow(message);
    },
  );
});
