/** Spans of which percentiles are wanted, in one line that CloudWatch takes. */
import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { addSpans, metricsFor, publish, spreadOf } from '../../../runtime/platform/metrics.ts';

test('13,750 spans are one line of at most a hundred values, with the same percentiles to within one of them', () => {
  const lines: string[] = [];
  using _output = jest
    .spyOn(process.stdout, 'write')
    .mockImplementation(line => lines.push(String(line)) > 0);
  using _library = jest.spyOn(console, 'log').mockImplementation(line => lines.push(String(line)));
  const metrics = metricsFor({ environment: 'test', feed: 'stocks' });
  const all = Array.from({ length: 13_750 }, (_, index) => ((index * 7_919) % 13_750) / 1_000);
  addSpans(metrics, { Late: all, Never: [] });
  publish(metrics);
  expect(lines.length).toBe(1);
  const { Late: values, Never: none } = JSON.parse(lines[0] ?? '{}');
  expect([none, values.length <= 100]).toEqual([undefined, true]);
  for (const share of [0.5, 0.99]) {
    const value = values[Math.ceil(share * values.length) - 1];
    expect(Math.abs(value - share * 13.75)).toBeLessThan(13.75 / values.length);
  }
});

test('as many values as a line takes stay what they are, in order and to the millisecond', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e7 }), { maxLength: 99 }), ms => {
      const inOrder = ms.toSorted((a, b) => a - b).map(each => each / 1_000);
      expect(
        spreadOf(
          ms.map(each => each / 1_000),
          99,
        ),
      ).toEqual(inOrder);
    }),
  );
});
