/** Streams as they are read into a research file: from where each was the last time, on and on. */
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { type Checkpoint, type From, followStream, type StreamFollower } from '../../kit/stream/index.ts';
import type { ResearchFile } from './research-file.ts';

export interface FollowingProps {
  readonly client: KinesisClient;
  readonly file: Pick<ResearchFile, 'placeOf' | 'take'>;
  /** Names. */
  readonly streams: readonly string[];
  readonly signal: AbortSignal;
  readonly say: (line: string) => Promise<void>;
}

export class Following {
  /** Start of the newest bar of 5m to 4h, epoch ms; 0 before the first. A minute may be from the future: the roll-up makes no bar of such. */
  newest = 0;
  readonly #props: FollowingProps;
  readonly #followers = new Map<string, StreamFollower>();

  constructor(props: FollowingProps) {
    this.#props = props;
  }

  /** Ends when the signal aborts. @throws what does not pass by itself */
  async run(): Promise<void> {
    await Promise.all(this.#props.streams.map(stream => this.#follow(stream)));
  }

  /** How far each was read, up to the bar that was taken last. */
  get places(): Checkpoint[] {
    return [...this.#followers.values()].map(({ checkpoint }) => checkpoint);
  }

  get isCaughtUp(): boolean {
    const followers = [...this.#followers.values()];
    return followers.length === this.#props.streams.length && followers.every(({ isCaughtUp }) => isCaughtUp);
  }

  async #follow(stream: string): Promise<void> {
    const from = await this.#props.file.placeOf(stream);
    try {
      await this.#read(stream, from ?? 'TRIM_HORIZON');
    } catch (error) {
      // A stream of the same name that was made anew knows nothing of places in the one before it.
      const isAnew = error instanceof Error && error.name === 'InvalidArgumentException';
      if (from === undefined || !isAnew) throw error;
      await this.#props.say(`${stream} was made anew: it is read from its beginning`);
      await this.#read(stream, 'TRIM_HORIZON');
    }
  }

  async #read(stream: string, from: From): Promise<void> {
    const { client, file, signal } = this.#props;
    const follower = followStream({ stream, from, client, signal });
    this.#followers.set(stream, follower);
    for await (const { record } of follower) {
      if (record.type !== 'bar') continue;
      if (record.timeframe !== '1m') this.newest = Math.max(this.newest, record.start);
      file.take(record);
    }
  }
}
