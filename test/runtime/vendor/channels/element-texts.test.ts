/** The texts of a frame's elements. */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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

test('of many large frames take no more memory than they are long', () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const used = () => {
    collect();
    return getHeapStatistics().used_heap_size;
  };
  const frame = (n: number) => Buffer.from(`[{"ev":"T","sym":"AAPL","q":${n}},"${'x'.repeat(900_000)}"]`);
  const before = used();
  const kept = Array.from({ length: 50 }, (_, n) => new ElementTexts(frame(n).toString()).at(0));
  expect(used() - before).toBeLessThan(10_000_000);
  expect(kept[49]).toBe('{"ev":"T","sym":"AAPL","q":49}');
});
