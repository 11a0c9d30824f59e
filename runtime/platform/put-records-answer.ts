/** The answer to a PutRecords request: what the SDK's own reader makes of it, in a fraction of its time. What is in any way unusual is left to the SDK. */
import { PutRecordsOutput$ } from '@aws-sdk/client-kinesis';
import type { Schema, SerdeFunctions, ShapeDeserializer } from '@smithy/types';
import { isObject, isOf } from './schema-match.ts';

const RESULT = new Set(['SequenceNumber', 'ShardId', 'ErrorCode', 'ErrorMessage']);

export class PutRecordsDeserializer implements ShapeDeserializer<string | Uint8Array> {
  readonly #sdk: ShapeDeserializer<string | Uint8Array>;

  /** @param sdk reads everything else, errors too */
  constructor(sdk: ShapeDeserializer<string | Uint8Array>) {
    this.#sdk = sdk;
  }

  read(schema: Schema, data: string | Uint8Array): unknown {
    return (isOf(schema, PutRecordsOutput$) ? plainAnswer(data) : undefined) ?? this.#sdk.read(schema, data);
  }

  setSerdeContext(context: SerdeFunctions): void {
    this.#sdk.setSerdeContext(context);
  }
}

/** The answer as it was parsed, when it holds nothing that the SDK would leave out or change. */
function plainAnswer(data: string | Uint8Array): object | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(typeof data === 'string' ? data : textOf(data));
  } catch {
    return undefined;
  }
  if (!isObject(answer) || Array.isArray(answer)) return undefined;
  for (const [name, value] of Object.entries(answer)) if (!isPlainMember(name, value)) return undefined;
  return answer;
}

function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString();
}

function isPlainMember(name: string, value: unknown): boolean {
  if (name === 'FailedRecordCount') return typeof value === 'number';
  if (name === 'EncryptionType') return typeof value === 'string';
  return name === 'Records' && Array.isArray(value) && value.every(isPlainResult);
}

function isPlainResult(result: unknown): boolean {
  if (!isObject(result) || Array.isArray(result)) return false;
  for (const name in result)
    if (!RESULT.has(name) || typeof Reflect.get(result, name) !== 'string') return false;
  return true;
}
