/** Which records an event source mapping delivers: patterns over the JSON of their data, as far as equal values go. */
import type { Resource } from './assembly.ts';
import type { WireRecord } from './wire.ts';

export type Wanted = (record: WireRecord) => boolean;

type Test = (value: unknown) => boolean;

/**
 * What any of the patterns wants; everything where there is none. As in Lambda, data that is no JSON matches no pattern.
 * @throws Error that names a pattern which asks for more than equal values
 */
export function wantedBy(resource: Resource, patterns: readonly string[]): Wanted {
  if (patterns.length === 0) return () => true;
  const tests = patterns.map(text => {
    const { data, ...others }: Record<string, unknown> = Object(JSON.parse(text));
    if (data === undefined || Object.keys(others).length > 0) throw unknown(resource, text);
    return testOf(data, () => unknown(resource, text));
  });
  return ({ Data }) => {
    const data = dataOf(Data);
    return tests.some(test => test(data));
  };
}

function testOf(pattern: unknown, refusal: () => Error): Test {
  if (Array.isArray(pattern)) {
    if (pattern.some(value => typeof value === 'object' && value !== null)) throw refusal();
    return value => pattern.includes(value);
  }
  if (typeof pattern !== 'object' || pattern === null) throw refusal();
  const fields = Object.entries(pattern).map(([name, below]) => [name, testOf(below, refusal)] as const);
  return value => fields.every(([name, test]) => test(Object(value)[name]));
}

function dataOf(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString());
  } catch {
    return undefined;
  }
}

function unknown({ path }: Resource, pattern: string): Error {
  return new Error(
    `${path} filters by ${pattern}: on this machine only equal values within data do, {"data":{"type":["bar"]}}`,
  );
}
