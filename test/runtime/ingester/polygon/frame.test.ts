/** Taking frames apart. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { elementText, readFrame } from '../../../../runtime/ingester/polygon/frame.ts';

describe('a frame', () => {
  test('gives its statuses, bars and oddities, each with its place', () => {
    const frame =
      '[{"ev":"status","status":"s","message":"m"},{"ev":"AM","sym":"A"},null,{"ev":"Q"},{"ev":"AM","sym":"B"}]';
    expect(readFrame(frame, 'AM')).toEqual({
      statuses: [{ status: 's', message: 'm' }],
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
    expect(readFrame(text, 'AM')).toEqual({ statuses: [], bars: [], oddities: [oddity] });
  });

  test('gives back the text of each element as it stood, however it is written', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.constantFrom(0, 1, 3), (values, indent) => {
        const frame = JSON.stringify(values, null, indent);
        for (const [index, value] of values.entries()) {
          const text = elementText(frame, index);
          expect(frame).toContain(text);
          expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(value));
        }
        expect(() => elementText(frame, values.length)).toThrow(RangeError);
      }),
    );
  });
});
