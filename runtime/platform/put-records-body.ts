/** The body of a PutRecords request: the SDK's own, byte for byte, in a fraction of its time. What is in any way unusual is left to the SDK. */
import { PutRecordsInput$ } from '@aws-sdk/client-kinesis';
import type { Schema, SerdeFunctions, ShapeSerializer } from '@smithy/types';
import { isObject, isOf } from './schema-match.ts';

/** A record as nearly all are: with keys of which JSON escapes nothing. */
interface PlainRecord {
  readonly Data: Uint8Array;
  readonly ExplicitHashKey?: string | undefined;
  readonly PartitionKey: string;
}

interface PlainInput {
  readonly Records: readonly PlainRecord[];
}

/** How the body without records begins; they stand before its last byte. */
const EMPTY = Buffer.from('{"Records":[]');
const HEAD = EMPTY.length - 1;
const [QUOTE, BACKSLASH, SPACE, TILDE] = [34, 92, 32, 126];

export class PutRecordsSerializer implements ShapeSerializer<string | Uint8Array> {
  readonly #sdk: ShapeSerializer<string | Uint8Array>;
  #body: Uint8Array | undefined;

  /** @param sdk writes everything else */
  constructor(sdk: ShapeSerializer<string | Uint8Array>) {
    this.#sdk = sdk;
  }

  write(schema: Schema, value: unknown): void {
    this.#body = isOf(schema, PutRecordsInput$) && isPlain(value) ? this.#bodyOf(value) : undefined;
    if (this.#body === undefined) this.#sdk.write(schema, value);
  }

  flush(): string | Uint8Array {
    const body = this.#body ?? this.#sdk.flush();
    this.#body = undefined;
    return body;
  }

  setSerdeContext(context: SerdeFunctions): void {
    this.#sdk.setSerdeContext(context);
  }

  /** The SDK writes all but the records. */
  #bodyOf(input: PlainInput): Uint8Array | undefined {
    this.#sdk.write(PutRecordsInput$, { ...input, Records: [] });
    const frame = bytesOf(this.#sdk.flush());
    if (!frame.subarray(0, EMPTY.length).equals(EMPTY)) return undefined;
    const body = Buffer.allocUnsafeSlow(sizeOf(input.Records) + frame.length);
    let end = frame.copy(body, 0, 0, HEAD);
    let comma = '';
    for (const { Data, ExplicitHashKey, PartitionKey } of input.Records) {
      const hash = ExplicitHashKey === undefined ? '' : `"ExplicitHashKey":"${ExplicitHashKey}",`;
      const data = bytesOf(Data).toString('base64');
      end += body.write(`${comma}{"Data":"${data}",${hash}"PartitionKey":"${PartitionKey}"}`, end, 'latin1');
      comma = ',';
    }
    frame.copy(body, end, HEAD);
    return body;
  }
}

function sizeOf(records: readonly PlainRecord[]): number {
  let bytes = Math.max(0, records.length - 1);
  for (const { Data, ExplicitHashKey, PartitionKey } of records) {
    const hash = ExplicitHashKey === undefined ? 0 : '"ExplicitHashKey":"",'.length + ExplicitHashKey.length;
    bytes += '{"Data":"","PartitionKey":""}'.length + hash + PartitionKey.length;
    bytes += 4 * Math.ceil(Data.length / 3);
  }
  return bytes;
}

/** What an array's own methods would make a text of is taken as it is. */
function bytesOf(value: string | Uint8Array): Buffer {
  if (typeof value === 'string') return Buffer.from(value);
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.length);
}

function isPlain(value: unknown): value is PlainInput {
  if (!isObject(value) || '__type' in value || !('Records' in value)) return false;
  if (!Array.isArray(value.Records)) return false;
  for (const record of value.Records) if (!isPlainRecord(record)) return false;
  return true;
}

function isPlainRecord(record: unknown): record is PlainRecord {
  if (!isObject(record) || '__type' in record) return false;
  if (!('Data' in record && record.Data instanceof Uint8Array)) return false;
  if (!('PartitionKey' in record && isPlainText(record.PartitionKey))) return false;
  return !('ExplicitHashKey' in record) || isPlainText(record.ExplicitHashKey);
}

function isPlainText(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < SPACE || code > TILDE || code === QUOTE || code === BACKSLASH) return false;
  }
  return true;
}
