/** Taking frames apart. */
import { describe, expect, test } from '@jest/globals';
import { readFrame } from '../../../../runtime/vendor/socket/frame.ts';
import { VendorWords } from '../../../../runtime/vendor/words.ts';

const words = new VendorWords('top-secret');
const [minutes, trades] = [{ kinds: ['AM'] }, { kinds: ['T'] }];
const channels = [minutes, trades];

describe('a frame', () => {
  test('gives its statuses, the events of each channel with their places, and oddities', () => {
    const frame =
      '[{"ev":"status","status":"s","message":"m"},{"ev":"AM","sym":"A"},null,{"ev":"T","p":1},{"ev":"Q"},{"ev":"AM","sym":"B"}]';
    expect(readFrame(frame, channels, words)).toEqual({
      statuses: [{ status: 's', message: 'm', topics: [] }],
      events: new Map<unknown, unknown>([
        [
          minutes,
          {
            fields: [
              { ev: 'AM', sym: 'A' },
              { ev: 'AM', sym: 'B' },
            ],
            places: [1, 5],
          },
        ],
        [trades, { fields: [{ ev: 'T', p: 1 }], places: [3] }],
      ]),
      oddities: ['not an event', 'event Q'],
    });
  });

  test('is read by the channel that knows its layout, and by JSON where none does', () => {
    const quick = (text: string) => (text.startsWith('[{"ev":"T"') ? [{ ev: 'T' }] : undefined);
    const knowing = [minutes, { kinds: ['T'], quick }];
    expect(readFrame('[{"ev":"T","no JSON', knowing, words)).toEqual({
      ...{ statuses: [], oddities: [] },
      events: new Map([[knowing[1], { fields: [{ ev: 'T' }] }]]),
    });
    expect([...readFrame('[{"ev":"AM"}]', knowing, words).events.keys()]).toEqual([minutes]);
    const none = [{ kinds: ['T'], quick: () => [] }];
    expect(readFrame('nothing', none, words).oddities).toEqual(['not JSON']);
  });

  test.each([
    ['', 'not JSON'],
    ['[{"ev":"AM"', 'not JSON'],
    ['{}', 'not an array'],
    ['null', 'not an array'],
  ])('that is %j is an oddity', (text, oddity) => {
    expect(readFrame(text, channels, words)).toEqual({ statuses: [], events: new Map(), oddities: [oddity] });
  });

  test('gives the topics that a status acknowledges, however many it names', () => {
    const topics = Array.from({ length: 500 }, (_, n) => `AM.S${n}`);
    const answer = { ev: 'status', status: 'success', message: `subscribed to: ${topics.join(', ')}` };
    const [status] = readFrame(JSON.stringify([answer]), channels, words).statuses;
    expect(status?.topics).toEqual(topics);
    expect(status?.message.length).toBeLessThanOrEqual(300);
  });

  test('that is long is not read when it is nested without end, and is when it is not', () => {
    const half = 600_000;
    const deep = `[${'['.repeat(half)}${']'.repeat(half)}]`;
    expect(readFrame(deep, channels, words).oddities).toEqual(['nested too deep']);
    const wide = `[${'[[[[{"a":[{}]}]]]],'.repeat(half / 12)}{"ev":"AM"}]`;
    expect(readFrame(wide, channels, words).events.get(minutes)?.fields).toHaveLength(1);
  });
});
