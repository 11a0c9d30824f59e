/** What a channel makes of events that are passed on as they come. */
import { describe, expect, test } from '@jest/globals';
import { PassedOn } from '../../../../runtime/vendor/channels/passed-on.ts';
import { type PassedOnRow, passedOnRows } from '../../../../runtime/vendor/channels/table.ts';
import { VendorWords } from '../../../../runtime/vendor/words.ts';

const words = new VendorWords('top-secret');
const counts = { events: () => undefined, oddity: () => undefined };

function rowOf(kind: string): PassedOnRow {
  const row = passedOnRows.stocks.find(each => each.kind === kind);
  if (!row) throw new Error(`stocks have no ${kind}`);
  return row;
}

/** @param texts of events, which stand in a frame behind one of another kind */
function read(kind: string, ...texts: string[]) {
  const channel = new PassedOn([{ row: rowOf(kind), symbols: '*' }], counts, words);
  const fields = texts.map((text): Readonly<Record<string, unknown>> => JSON.parse(text));
  const frame = `[{"ev":"other"}, ${texts.join(' , ')}]`;
  return channel.read({ fields, places: texts.map((_, index) => index + 1) }, frame);
}

describe('a channel that passes events on', () => {
  test('hands on the vendor’s own text, which a number would not survive', () => {
    const text = '{"ev":"T", "sym":"BRK.B","p":175.50,"q":12345678901234567890,"t":1763649000987}';
    expect(read('T', text)).toEqual({
      told: {
        type: 'events',
        events: [{ kind: 'T', symbol: 'BRK.B', topic: 'T.BRK.B', ts: 1763649000987, text }],
        refused: [],
      },
      isAlive: true,
    });
  });

  test('keeps the order of its kinds in a frame', () => {
    const texts = ['T', 'Q', 'T'].map((ev, t) => JSON.stringify({ ev, sym: 'AAPL', t: 1763649000000 + t }));
    const asked = ['Q', 'T'].map(kind => ({ row: rowOf(kind), symbols: '*' as const }));
    const fields = texts.map((text): Readonly<Record<string, unknown>> => JSON.parse(text));
    const { told } = new PassedOn(asked, counts, words).read({ fields }, `[${texts.join()}]`);
    expect(told.events.map(({ kind, ts }) => `${kind} ${ts - 1763649000000}`)).toEqual(['T 0', 'Q 1', 'T 2']);
  });

  test('takes milliseconds of nanoseconds from their digits, not from a double', () => {
    const text = '{"ev":"LULD","T":"AAPL","h":218.9,"l":208.5,"t":1763649000999999999}';
    expect(Number('1763649000999999999') / 1e6).toBe(1763649001000);
    expect(read('LULD', text).told.events).toMatchObject([{ symbol: 'AAPL', ts: 1763649000999 }]);
  });

  test.each(['1763649000123', '1763649000123999999'])(
    'takes a fair market value’s time, %s, by its length: the vendor tells milliseconds here and nanoseconds there',
    time => {
      const text = `{"ev":"FMV","fmv":189.2,"sym":"AAPL","t":${time}}`;
      expect(read('FMV', text).told.events).toMatchObject([{ symbol: 'AAPL', ts: 1763649000123 }]);
    },
  );

  test('takes no time of another field’s for its own', () => {
    const text = '{"ev":"LULD","x":{"t":1000000000000000000},"T":"A","t":1763649000123999999}';
    expect(read('LULD', text).told.events).toMatchObject([{ ts: 1763649000123 }]);
  });

  const range = 'use milliseconds from 1970-01-02 to 2100';
  test.each([
    ['"t":1763649000987', 'sym is missing: use 1 to 64 printable characters'],
    ['"sym":"","t":1763649000987', 'sym is "": use 1 to 64 printable characters'],
    ['"sym":"A\\nB","t":1763649000987', 'use 1 to 64 printable characters'],
    [`"sym":"${'A'.repeat(65)}","t":1`, 'use 1 to 64 printable characters'],
    ['"sym":"AAPL"', `t is missing: ${range}`],
    ['"sym":"AAPL","t":"now"', `t is "now": ${range}`],
    ['"sym":"AAPL","t":-1', `t is -1: ${range}`],
    ['"sym":"AAPL","t":0', `t is 0: ${range}`],
    ['"sym":"AAPL","t":1763649000987.5', `t is 1763649000987.5: ${range}`],
    ['"sym":"AAPL","t":1763649000987654321', range],
    ['"sym":"AAPL","t":1e300', range],
  ])('refuses {%s} with its text, and goes on', (fields, reason) => {
    const raw = `{"ev":"T",${fields}}`;
    const good = '{"ev":"T","sym":"AAPL","t":1763649000987}';
    const { told } = read('T', raw, good);
    expect(told.refused).toEqual([{ raw, reason: expect.stringContaining(reason), where: 'feed, T' }]);
    expect(told.events).toMatchObject([{ text: good }]);
  });

  test('passes nothing on that holds the key, in whatever field', () => {
    const good = '{"ev":"T","sym":"AAPL","t":1763649000987}';
    for (const key of ['top-secret', 'top\\u002dsecret'])
      for (const fields of [`"sym":"${key}"`, `"sym":"AAPL","x":"for ${key}"`]) {
        const { told } = read('T', `{"ev":"T",${fields},"t":1763649000987}`, good);
        expect(told.events).toMatchObject([{ text: good }]);
        expect(told.refused).toMatchObject([{ reason: expect.stringContaining('it holds the key') }]);
        expect(JSON.stringify(told.refused)).not.toMatch(/top.{0,7}secret/);
      }
  });

  test('keeps of a frame of refused events a thousand by themselves, and counts the others', () => {
    const { refused } = read('T', ...Array<string>(1_200).fill('{"ev":"T"}')).told;
    expect([refused.length, refused.at(-1)?.count]).toEqual([1_001, 200]);
  });

  test('takes names with blanks and an event of 900 KB', () => {
    const event = { ev: 'T', sym: 'ZC:BF H6-K6-N6', t: 1763649000987, x: 'y'.repeat(900_000) };
    const text = JSON.stringify(event);
    expect(read('T', text).told.events).toMatchObject([{ symbol: 'ZC:BF H6-K6-N6', text }]);
  });

  test('says that nothing is alive by what it has to refuse', () => {
    expect(read('LULD', '{"ev":"LULD","T":"AAPL","t":17}').isAlive).toBe(false);
  });

  test('asks for all symbols or for those it was given', () => {
    const topics = (symbols: '*' | readonly string[]) =>
      new PassedOn([{ row: rowOf('Q'), symbols }], counts, words).topics();
    expect(topics('*')).toEqual(['Q.*']);
    expect(topics(['AAPL', 'BRK.B'])).toEqual(['Q.AAPL', 'Q.BRK.B']);
  });
});
