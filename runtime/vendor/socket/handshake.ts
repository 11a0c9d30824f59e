/** The steps from an open socket to a standing subscription: connected, authenticated, subscribed. */
import { partsOf } from '../../platform/in-parallel.ts';
import type { Status } from './frame.ts';
import { type Ending, type Meaning, meaningOf } from './statuses.ts';

/** How long (ms of wall time) a step may go without an answer. */
const PATIENCE = 10_000;
/** After so long (ms of wall time) topics that are not acknowledged are asked for again. */
const ASK_AGAIN = 60_000;
/** Topics per command: the vendor takes long commands, and proxies between here and there may not. */
const TOPICS_PER_COMMAND = 500;

export type Stage = 'connecting' | 'authenticating' | 'subscribing' | 'live';

export interface HandshakeOptions {
  readonly apiKey: string;
  /** Without repetitions: a second subscription to a topic is not answered. */
  readonly topics: readonly string[];
  readonly send: (command: Readonly<Record<string, string>>) => void;
  /** Called with statuses that mean nothing to the connection. */
  readonly onUnknown: (status: Status) => void;
}

/** Told every status and the wall time (monotonic ms); says when the connection is to end. */
export class Handshake {
  readonly #options: HandshakeOptions;
  #topics: readonly string[];
  /** The same: what is acknowledged besides was never asked for. */
  #asked: ReadonlySet<string>;
  readonly #acknowledged = new Set<string>();
  #stage: Stage = 'connecting';
  #missed = 0;
  #progress: number;
  #askedAt: number;

  constructor(options: HandshakeOptions, wall: number) {
    this.#options = options;
    this.#topics = options.topics;
    this.#asked = new Set(options.topics);
    this.#progress = wall;
    this.#askedAt = wall;
  }

  get stage(): Stage {
    return this.#stage;
  }

  get acknowledged(): ReadonlySet<string> {
    return this.#acknowledged;
  }

  /** Topics that were not acknowledged; meaningful once the subscription stands. */
  get unacknowledged(): readonly string[] {
    return this.#topics.filter(topic => !this.#acknowledged.has(topic));
  }

  /** @returns why the connection has to end, if it has to. */
  receive(status: Status, wall: number): Ending | undefined {
    const meaning = meaningOf(status);
    if (meaning.do === 'end') return meaning.ending;
    if (meaning.do === 'warn' || meaning.do === 'miss one') this.#options.onUnknown(status);
    if (!this.#advances(meaning)) return undefined;
    this.#progress = wall;
    return this.#isAnswered ? this.#stand() : undefined;
  }

  get #isAnswered(): boolean {
    return this.#acknowledged.size + this.#missed >= this.#topics.length;
  }

  /** Takes the step that a status allows. @returns false when it brings the connection no further, however often it comes */
  #advances(meaning: Meaning): boolean {
    const isAsked = this.#stage === 'subscribing' || this.#stage === 'live';
    switch (meaning.do) {
      case 'authenticate':
        if (this.#stage !== 'connecting') return false;
        this.#stage = 'authenticating';
        this.#options.send({ action: 'auth', params: this.#options.apiKey });
        return true;
      case 'subscribe':
        if (this.#stage !== 'authenticating') return false;
        this.#stage = 'subscribing';
        this.#send('subscribe', this.#topics);
        return true;
      case 'acknowledge': {
        const before = this.#acknowledged.size;
        if (isAsked)
          for (const topic of meaning.topics) if (this.#asked.has(topic)) this.#acknowledged.add(topic);
        return this.#acknowledged.size > before;
      }
      case 'miss one':
        if (isAsked) this.#missed++;
        return isAsked;
      default:
        return false;
    }
  }

  /** To be asked now and then. @returns why the connection has to end when an answer is overdue. */
  overdue(wall: number): Ending | undefined {
    // A list that has changed meanwhile may ask for nothing more.
    if (this.#isAnswered) return this.#stand();
    if (this.#stage === 'live' || wall - this.#progress <= PATIENCE) return undefined;
    if (this.#stage === 'subscribing' && this.#acknowledged.size > 0) return this.#stand();
    return { kind: 'lost', cause: `no answer while ${this.#stage} for ${PATIENCE / 1000} s` };
  }

  /**
   * Asks once more for topics that were neither acknowledged nor refused; to be called now and then.
   * @returns them; none while there is nothing to ask
   */
  askAgain(wall: number): readonly string[] {
    const open = this.#stage === 'live' && wall - this.#askedAt > ASK_AGAIN ? this.unacknowledged : [];
    if (open.length <= this.#missed) return [];
    this.#askedAt = wall;
    this.#send('subscribe', open);
    return open;
  }

  /** Asks for these topics from now on, and no more for those that are not among them. */
  change(topics: readonly string[], wall: number): void {
    const [before, after] = [this.#asked, new Set(topics)];
    this.#topics = topics;
    this.#asked = after;
    this.#askedAt = wall;
    if (this.#stage !== 'subscribing' && this.#stage !== 'live') return;
    const removed = [...before].filter(topic => !after.has(topic));
    for (const topic of removed) this.#acknowledged.delete(topic);
    this.#send(
      'subscribe',
      topics.filter(topic => !before.has(topic)),
    );
    this.#send('unsubscribe', removed);
  }

  #send(action: 'subscribe' | 'unsubscribe', topics: readonly string[]): void {
    for (const some of partsOf(topics, TOPICS_PER_COMMAND))
      this.#options.send({ action, params: some.join(',') });
  }

  #stand(): Ending | undefined {
    if (this.#stage !== 'subscribing') return undefined;
    if (this.#acknowledged.size === 0)
      return { kind: 'refused', cause: 'the plan includes none of the topics subscribed to' };
    this.#stage = 'live';
    return undefined;
  }
}
