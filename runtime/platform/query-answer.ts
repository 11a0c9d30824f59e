/** The answer to a Query: what the SDK's own reader makes of it, in a fraction of its time. What is in any way unusual is left to the SDK. */
import { QueryOutput$ } from '@aws-sdk/client-dynamodb';
import type { Schema, SerdeFunctions, ShapeDeserializer } from '@smithy/types';
import { isOf } from './schema-match.ts';

const COUNTS = ['Count', 'ScannedCount'];

export class QueryDeserializer implements ShapeDeserializer<string | Uint8Array> {
  readonly #sdk: ShapeDeserializer<string | Uint8Array>;

  /** @param sdk reads everything else, errors too */
  constructor(sdk: ShapeDeserializer<string | Uint8Array>) {
    this.#sdk = sdk;
  }

  read(schema: Schema, data: string | Uint8Array): unknown {
    return (isOf(schema, QueryOutput$) ? plainAnswer(data) : undefined) ?? this.#sdk.read(schema, data);
  }

  setSerdeContext(context: SerdeFunctions): void {
    this.#sdk.setSerdeContext(context);
  }
}

/** The answer as it was parsed, its bytes decoded, when it holds nothing else that the SDK would leave out or change. */
function plainAnswer(data: string | Uint8Array): object | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(typeof data === 'string' ? data : textOf(data));
  } catch {
    return undefined;
  }
  if (!isRecord(answer)) return undefined;
  const bytes: object[] = [];
  for (const [name, value] of Object.entries(answer))
    if (!isPlainMember(name, value, bytes)) return undefined;
  for (const value of bytes) Reflect.set(value, 'B', bytesOf(String(Reflect.get(value, 'B'))));
  return answer;
}

function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString();
}

/** As the SDK hands them out: of a memory of their own, and no Buffer. */
function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** @param bytes gets the values that are bytes */
function isPlainMember(name: string, value: unknown, bytes: object[]): boolean {
  if (COUNTS.includes(name)) return typeof value === 'number';
  if (name === 'LastEvaluatedKey') return isPlainItem(value, bytes);
  return name === 'Items' && Array.isArray(value) && value.every(item => isPlainItem(item, bytes));
}

function isPlainItem(item: unknown, bytes: object[]): boolean {
  if (!isRecord(item)) return false;
  for (const name in item) if (name === '__proto__' || !isPlainValue(item[name], bytes)) return false;
  return true;
}

/** One value of a kind that is written as it is; lists, maps and sets are left to the SDK. */
function isPlainValue(value: unknown, bytes: object[]): boolean {
  if (!isRecord(value)) return false;
  let kinds = 0;
  for (const kind in value) {
    const held = value[kind];
    kinds++;
    if (kind === 'S' || kind === 'N') {
      if (typeof held !== 'string') return false;
    } else if (kind === 'B') {
      if (typeof held !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(held) || held.length % 4 !== 0)
        return false;
      bytes.push(value);
    } else if (kind !== 'BOOL' || typeof held !== 'boolean') return false;
  }
  return kinds === 1;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
