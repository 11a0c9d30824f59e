/** Taking frames apart. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ElementTexts, readFrame } from '../../../../runtime/vendor/socket/frame.ts';
import { VendorWords } from '../../../../runtime/vendor/words.ts';

const words = new VendorWords('top-secret');

describe('a frame', () => {
  test('gives its statuses, bars and oddities, each with its place', () => {
    const frame =
      '[{"ev":"status","status":"s","message":"m"},{"ev":"AM","sym":"A"},null,{"ev":"Q"},{"ev":"AM","sym":"B"}]';
    expect(readFrame(frame, 'AM', words)).toEqual({
      statuses: [{ status: 's', message: 'm', topics: [] }],
      bars: [
        { event: { ev: 'AM', sym: 'A' }, index: 1 },
        { event: { ev: 'AM', sym: 'B' }, index: 4 },
      ],
      oddities: ['not an event', 'event Q'],
    });
  });

  test.each([
    ['', 'not JSON'],
    ['[{"ev":"AM"', 'not JSON'],
    ['{}', 'not an array'],
    ['null', 'not an array'],
  ])('that is %j is an oddity', (text, oddity) => {
    expect(readFrame(text, 'AM', words)).toEqual({ statuses: [], bars: [], oddities: [oddity] });
  });

  test('gives the topics that a status acknowledges, however many it names', () => {
    const topics = Array.from({ length: 500 }, (_, n) => `AM.S${n}`);
    const answer = { ev: 'status', status: 'success', message: `subscribed to: ${topics.join(', ')}` };
    const [status] = readFrame(JSON.stringify([answer]), 'AM', words).statuses;
    expect(status?.topics).toEqual(topics);
    expect(status?.message.length).toBeLessThanOrEqual(300);
  });

  test('that is long is not read when it is nested without end, and is when it is not', () => {
    const half = 600_000;
    const deep = `[${'['.repeat(half)}${']'.repeat(half)}]`;
    expect(readFrame(deep, 'AM', words).oddities).toEqual(['nested too deep']);
    const wide = `[${'[[[[{"a":[{}]}]]]],'.repeat(half / 12)}{"ev":"AM"}]`;
    expect(readFrame(wide, 'AM', words).bars).toHaveLength(1);
  });

  test('gives back the text of each element as it stood, however it is written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.jsonValue(), fc.boolean()), { minLength: 1 }),
        fc.constantFrom(0, 1, 3),
        (values, indent) => {
          const frame = JSON.stringify(
            values.map(([value]) => value),
            null,
            indent,
          );
          const texts = new ElementTexts(frame);
          for (const [index, [value, isWanted]] of values.entries()) {
            if (!isWanted) continue;
            const text = texts.at(index);
            expect(frame).toContain(text);
            expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(value));
          }
          expect(() => texts.at(values.length)).toThrow(RangeError);
          expect(() => texts.at(0)).toThrow(RangeError);
        },
      ),
    );
  });
});
