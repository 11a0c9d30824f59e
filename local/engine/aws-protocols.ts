/** How SDKs speak to CloudWatch: JSON (JavaScript), CBOR (botocore of today) and the form and XML of old (botocore of distributions). */
import { cbor, dateToTag } from '@smithy/core/cbor';
import type { Incoming } from './refusal.ts';
import { ServiceError } from './service-error.ts';

/** What an operation is asked with, not yet checked. */
export interface Question {
  readonly operation: string;
  readonly input: unknown;
}

/** What it answers. */
export type Value = string | number | Date | readonly Value[] | { readonly [name: string]: Value };

/** What a protocol makes of a question's body and of its answer. */
export interface Protocol {
  readonly headers: Readonly<Record<string, string>>;
  /** @throws ServiceError for what is no question */
  question(request: Pick<Incoming, 'url' | 'headers'>, body: Buffer): Question;
  answer(operation: string, output: Value): string | Uint8Array;
  failure(type: string, message: string): string | Uint8Array;
}

/** The protocol that a request is in. */
export function protocolOf({ headers }: Pick<Incoming, 'headers'>): Protocol {
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return rpcCbor;
  return headers['x-amz-target'] === undefined ? query : json;
}

const seconds = (date: Date) => date.getTime() / 1_000;

const json: Protocol = {
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  question: ({ headers }, body) => ({
    operation: String(headers['x-amz-target']).split('.').at(-1) ?? '',
    input: read('JSON', () => JSON.parse(body.toString())),
  }),
  answer: (_, output) => JSON.stringify(withDates(output, seconds)),
  failure: (type, message) => JSON.stringify({ __type: type, message }),
};

const rpcCbor: Protocol = {
  headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
  question: ({ url = '' }, body) => ({
    operation: url.split('/').at(-1) ?? '',
    input: read('CBOR', () => cbor.deserialize(body)),
  }),
  answer: (_, output) => cbor.serialize(withDates(output, dateToTag)),
  failure: (type, message) => cbor.serialize({ __type: type, message }),
};

const query: Protocol = {
  headers: { 'content-type': 'text/xml' },
  question: (_, body) => {
    const {
      Action: operation = '',
      Version,
      ...fields
    } = Object.fromEntries(new URLSearchParams(body.toString()));
    return { operation, input: listsOf(fields) };
  },
  answer: (operation, output) =>
    `<${operation}Response><${operation}Result>${xmlOf(output)}</${operation}Result></${operation}Response>`,
  failure: (type, message) =>
    `<ErrorResponse><Error>${xmlOf({ Type: 'Sender', Code: type, Message: message })}</Error></ErrorResponse>`,
};

function read(format: string, parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    throw new ServiceError('SerializationException', `the body is not ${format}`);
  }
}

function withDates(value: Value, render: (date: Date) => unknown): unknown {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (value instanceof Date) return render(value);
  if (isList(value)) return value.map(each => withDates(each, render));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withDates(each, render)]));
}

/** Fields such as `AlarmTypes.member.1` are members of one list. */
function listsOf(fields: Readonly<Record<string, string>>): Record<string, unknown> {
  const lists = new Map<string, string[]>();
  const plain: [string, string][] = [];
  for (const [field, value] of Object.entries(fields)) {
    const [name = '', member] = field.split('.member.');
    if (member === undefined) plain.push([field, value]);
    else lists.set(name, [...(lists.get(name) ?? []), value]);
  }
  return Object.fromEntries([...plain, ...lists]);
}

function xmlOf(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  if (value instanceof Date) return value.toISOString();
  if (isList(value)) return value.map(each => `<member>${xmlOf(each)}</member>`).join('');
  return Object.entries(value)
    .map(([name, each]) => `<${name}>${xmlOf(each)}</${name}>`)
    .join('');
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
