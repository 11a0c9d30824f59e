/** Frames as no vendor should send them, as text: what JSON allows, what it does not, and what programs trip over. */
import fc from 'fast-check';
import { MINUTE, OPEN } from './records.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const wrapped = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Values as JSON text. */
const hostileValue = fc.oneof(
  fc.constantFrom(
    ...[
      'null',
      'true',
      '""',
      '[]',
      '{}',
      '-0',
      '1e400',
      '-1e400',
      '1e-400',
      '1E+22',
      '0.1e-7',
      '"NaN"',
      '"1e999"',
    ],
    ...[
      '{"toString":1}',
      '{"valueOf":null,"toString":null}',
      '{"__proto__":{"ev":"AM"}}',
      '{"constructor":1}',
    ],
    ...[
      '"\\ud800"',
      '"\\udc00\\ud800"',
      '"\\u0000\\u001b[2J\\u0007"',
      '"\\u202e\\u2066"',
      '"__proto__"',
      '"*"',
    ],
    ...['9'.repeat(10_000), `0.${'1'.repeat(10_000)}`, `"${'9'.repeat(10_000)}"`, `"${'x'.repeat(5_000)}"`],
    ...[nested(20_000), wrapped(5_000), `[${'{},'.repeat(500)}1]`],
  ),
  fc.jsonValue().map(value => JSON.stringify(value)),
  fc.double().map(String),
);

const fields = {
  ...{
    ev: '"AM"',
    sym: '"AAPL"',
    v: '100',
    av: '7000',
    op: '10',
    vw: '10.5',
    o: '10',
    c: '11',
    h: '12',
    l: '9',
  },
  ...{
    a: '10.4',
    z: '5',
    s: String(OPEN),
    e: String(OPEN + MINUTE),
    n: '3',
    otc: 'true',
    dv: '"100.5"',
    dav: '"7000.5"',
  },
} as const;

/** A minute of the vendor's with some fields replaced, repeated or added. */
const hostileBar = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(...Object.keys(fields)),
        fc.constantFrom('__proto__', 'constructor', 'toString'),
      ),
      hostileValue,
      fc.boolean(),
    ),
    { maxLength: 4 },
  )
  .map(changes => {
    const replaced = new Map<string, string>(Object.entries(fields));
    const repeated: string[] = [];
    for (const [name, value, isRepeated] of changes) {
      if (isRepeated) repeated.push(`"${name}":${value}`);
      else replaced.set(name, value);
    }
    return `{${[...[...replaced].map(([name, value]) => `"${name}":${value}`), ...repeated].join(',')}}`;
  });

/** Statuses that do not end a connection. */
const hostileStatus = fc
  .tuple(
    fc.oneof(fc.constantFrom('"connected"', '"auth_success"', '"success"', '"error"'), hostileValue),
    fc.oneof(
      fc.constantFrom('"subscribed to: AM.AAPL,"', '"subscribed to:"', '"not authorized"'),
      hostileValue,
    ),
  )
  .map(([status, message]) => `{"ev":"status","status":${status},"message":${message}}`);

const element = fc.oneof(
  { weight: 4, arbitrary: hostileBar },
  { weight: 2, arbitrary: hostileStatus },
  { weight: 1, arbitrary: hostileValue },
  { weight: 1, arbitrary: hostileValue.map(ev => `{"ev":${ev}}`) },
);

/** Whole frames: most are arrays. */
export const hostileFrame = fc.oneof(
  { weight: 8, arbitrary: fc.array(element, { maxLength: 6 }).map(elements => `[${elements.join(', ')}]`) },
  { weight: 1, arbitrary: element },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.array(element, { maxLength: 3 }).map(elements => `[${elements.join(',')},`) },
);

/** How many events the frame must be counted as. */
export function eventsIn(frame: string): number {
  try {
    const parsed: unknown = JSON.parse(frame);
    return Array.isArray(parsed) ? parsed.length : 1;
  } catch {
    return 1;
  }
}
