/** Filters of event source mappings. */
import { expect, test } from '@jest/globals';
import { wantedBy } from '../../../local/engine/event-filter.ts';

const resource = {
  ...{ stackName: 'S', logicalId: 'M', path: 'S/Mapping', type: 'AWS::Lambda::EventSourceMapping' },
  ...{ properties: {}, condition: undefined },
};

function passed(patterns: readonly string[], texts: readonly string[]): string[] {
  const wants = wantedBy(resource, patterns);
  return texts.filter(text =>
    wants({
      Data: Buffer.from(text).toString('base64'),
      SequenceNumber: '1',
      PartitionKey: 'key',
      ApproximateArrivalTimestamp: 0,
    }),
  );
}

test('a record passes that has one of the values in every field of a pattern, whichever pattern it is', () => {
  const texts = [
    '{"a":1,"b":{"c":"x"}}',
    '{"a":2,"b":{"c":"x"}}',
    '{"a":1}',
    '{"b":{"c":"y"}}',
    '7',
    'no JSON',
  ];
  expect(passed([], texts)).toEqual(texts);
  expect(passed(['{"data":{"a":[1,3],"b":{"c":["x"]}}}'], texts)).toEqual(texts.slice(0, 1));
  expect(passed(['{"data":{"a":[2]}}', '{"data":{"b":{"c":["y"]}}}'], texts)).toEqual([texts[1], texts[3]]);
});

test.each([
  '{"data":{"a":[{"prefix":"x"}]}}',
  '{"data":{"a":"x"}}',
  '{"partitionKey":["x"]}',
  '{"data":{"a":[1]},"partitionKey":["x"]}',
])('a pattern that asks for more is refused by name: %s', pattern => {
  expect(() => wantedBy(resource, [pattern])).toThrow(
    `S/Mapping filters by ${pattern}: on this machine only`,
  );
});
