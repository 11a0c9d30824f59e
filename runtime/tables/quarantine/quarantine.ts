/** The quarantine: where refused data is kept, with the reason, so that nothing disappears without a trace. */
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { partsOf } from '../../platform/in-parallel.ts';
import { awsBackoff, pauseAfter } from '../../platform/retry.ts';
import { printable } from '../../records/show.ts';
import { belongingTo } from '../belonging.ts';
import { dayOf, quarantineItem, type Refused, type Source, TEXT_LIMIT } from './quarantine-item.ts';

/** A piece that the table will never take, so that only its caller can leave a trace of it. */
export interface SetAside {
  readonly refused: Refused;
  /** What the table said. */
  readonly cause: string;
}

const BATCH = 25;

/** Writes refused data to the quarantine table. */
export class Quarantine {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #source: Source;
  readonly #owner: string | undefined;

  /** @param owner what its items say of whose they are. @default nothing */
  constructor(client: DynamoDBClient, table: string, source: Source, owner?: string) {
    this.#client = client;
    this.#table = table;
    this.#source = source;
    this.#owner = owner;
  }

  /**
   * Writes all of them; the same piece written again replaces itself.
   * @returns those that the table refuses as they are, which must not keep the others waiting: to be counted and logged
   * @throws when the table cannot be reached, or the signal aborts before it has taken everything.
   */
  async put(refused: readonly Refused[], signal?: AbortSignal): Promise<readonly SetAside[]> {
    const pieces = [...new Map(refused.map(each => [`${dayOf(each)}#${each.place}`, each])).values()];
    const setAside: SetAside[] = [];
    for (const batch of partsOf(pieces, BATCH)) setAside.push(...(await this.#put(batch, signal)));
    return setAside;
  }

  /** All of a batch fail when the table refuses one of them: then each goes alone. */
  async #put(pieces: readonly Refused[], signal?: AbortSignal): Promise<SetAside[]> {
    try {
      await this.#write(
        pieces.map(piece => this.#request(piece)),
        signal,
      );
      return [];
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ValidationException') throw error;
      const [refused, ...others] = pieces;
      if (refused && others.length === 0) return [{ refused, cause: printable(String(error), TEXT_LIMIT) }];
      const setAside: SetAside[] = [];
      for (const piece of pieces) setAside.push(...(await this.#put([piece], signal)));
      return setAside;
    }
  }

  async #write(requests: WriteRequest[], signal?: AbortSignal): Promise<void> {
    let waiting = requests;
    for (let failures = 0; waiting.length > 0; failures++) {
      if (failures > 0) await pauseAfter(failures, awsBackoff, signal);
      const command = new BatchWriteItemCommand({ RequestItems: { [this.#table]: waiting } });
      const answer = await this.#client.send(command, signal ? { abortSignal: signal } : {});
      waiting = answer.UnprocessedItems?.[this.#table] ?? [];
    }
  }

  #request(refused: Refused): WriteRequest {
    const item = quarantineItem(this.#source, refused, Date.now());
    return { PutRequest: { Item: { ...item, ...belongingTo(this.#owner) } } };
  }
}
