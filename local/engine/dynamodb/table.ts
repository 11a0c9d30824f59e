/** One table in memory: its keys, its items, and how one of them is written if a condition holds. */
import { randomUUID } from 'node:crypto';
import { arnOf } from '../account.ts';
import type { Test } from './expressions/condition.ts';
import type { Request } from './requests.ts';
import { SortedItems, type Stored } from './sorted-items.ts';
import { type Item, itemOf } from './values/attribute-value.ts';
import { conditionFailed, validation } from './values/errors.ts';
import { type KeyPart, KeySchema } from './values/key-schema.ts';
import { itemSize } from './values/size.ts';

const LARGEST = 400 * 1024;
const INVALID = 'One or more parameter values were invalid: ';

/** What an item is to become, and when. */
export interface Write {
  readonly place: string;
  /** @default whatever it is now */
  readonly test?: Test | undefined;
  /** Whether whoever is refused gets the item. */
  readonly showsItem?: boolean;
  /** @param before the item, if there is one @returns nothing where it is deleted */
  readonly change: (before: Item | undefined) => Item | undefined;
}

/** An item as it was and as it is. */
export interface Written {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** Bytes of the larger of both. */
  readonly size: number;
}

export class Table {
  readonly name: string;
  readonly schema: KeySchema;
  readonly items = new SortedItems();
  readonly #id = randomUUID();
  /** Epoch ms. */
  readonly #created: number;
  readonly #declared: Request<'CreateTable'>;

  /** @param now epoch ms @throws ServiceError when it cannot have such keys */
  constructor(declared: Request<'CreateTable'>, now: number) {
    this.name = declared.TableName;
    this.schema = schemaOf(declared);
    this.#declared = declared;
    this.#created = now;
  }

  describe(status: 'ACTIVE' | 'CREATING' | 'DELETING' = 'ACTIVE'): object {
    const {
      KeySchema,
      AttributeDefinitions,
      BillingMode = 'PROVISIONED',
      ProvisionedThroughput,
    } = this.#declared;
    const none = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };
    return {
      TableName: this.name,
      TableArn: arnOf('dynamodb', `table/${this.name}`),
      TableId: this.#id,
      TableStatus: status,
      CreationDateTime: this.#created / 1000,
      KeySchema,
      AttributeDefinitions,
      ItemCount: this.items.count,
      TableSizeBytes: this.items.bytes,
      ProvisionedThroughput: { ...none, ...ProvisionedThroughput, NumberOfDecreasesToday: 0 },
      ...(BillingMode === 'PAY_PER_REQUEST' && { BillingModeSummary: { BillingMode } }),
    };
  }

  get(place: string): Stored | undefined {
    return this.items.get(place);
  }

  /** @throws ServiceError when the condition does not hold, or the item would be too large */
  write({ place, test, showsItem = false, change }: Write): Written {
    const stored = this.items.get(place);
    const before = stored && readItem(stored);
    if (test && !test(before ?? {})) throw conditionFailed(showsItem && before ? { Item: before } : {});
    const after = change(before);
    if (after === undefined) {
      this.items.delete(place);
      return { before, after, size: stored?.size ?? 0 };
    }
    const size = itemSize(after);
    expectSize(size, 'Item size to update has exceeded the maximum allowed size');
    this.items.put({ place, text: JSON.stringify(after), size });
    return { before, after, size: Math.max(size, stored?.size ?? 0) };
  }
}

/** @throws ServiceError when what was written is no item that a table takes */
export function newItem(wire: object): Item {
  const item = itemOf(wire);
  expectSize(itemSize(item), 'Item size has exceeded the maximum allowed size');
  return item;
}

/** The item, which was checked when it was stored. */
export function readItem({ text }: Stored): Item {
  return JSON.parse(text);
}

function expectSize(size: number, message: string): void {
  if (size > LARGEST) throw validation(message);
}

function schemaOf({ KeySchema: keys, AttributeDefinitions: definitions }: Request<'CreateTable'>): KeySchema {
  const [hash, range] = keys.map(({ AttributeName: name }): KeyPart => {
    const defined = definitions.find(each => each.AttributeName === name);
    if (defined) return { name, type: defined.AttributeType };
    const [wanted, there] = [keys, definitions].map(list => list.map(each => each.AttributeName).join(', '));
    throw validation(
      `${INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [${wanted}], AttributeDefinitions: [${there}]`,
    );
  });
  if (hash === undefined || keys[0]?.KeyType !== 'HASH')
    throw validation('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  if (keys[1] && keys[1].KeyType !== 'RANGE')
    throw validation('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  if (hash.name === range?.name)
    throw validation('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  if (definitions.length !== keys.length)
    throw validation(
      `${INVALID}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    );
  return new KeySchema(hash, range);
}
