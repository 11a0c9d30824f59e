/** The texts of a frame's elements. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ElementTexts } from '../../../../runtime/vendor/channels/element-texts.ts';

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
