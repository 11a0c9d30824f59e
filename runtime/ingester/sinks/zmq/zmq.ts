/** Envelopes to ZeroMQ's subscribers, in two parts: `T:AAPL` and the envelope. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Publisher } from 'zeromq';
import { asError } from '../../../platform/error-code.ts';
import type { NumberedEvent } from '../passed-on/event.ts';
import type { Outlet, Untaken } from '../passed-on/outlet.ts';
import { expectFree } from './endpoint.ts';

/** So many events are sent before anything else gets its turn. */
const TURN = 1_024;
/** How long (ms) ZeroMQ goes on sending what it holds after the end. */
const LINGER = 1_000;

export interface ZmqOptions {
  readonly endpoint: string;
  /** Subscribers connect to it; otherwise they listen and it connects. */
  readonly bind: boolean;
  /** 0: that of ZeroMQ. */
  readonly sendHighWaterMark: number;
  readonly topicPrefix: string;
  readonly lineOf: (event: NumberedEvent) => string;
}

/** The package that speaks ZeroMQ is not installed. */
export class NoZeroMq extends Error {
  override readonly name = 'NoZeroMq';
}

/** ZeroMQ drops by itself what a subscriber is too slow for: `seq` shows it. */
export class ZmqPublisher implements Outlet {
  readonly #publisher: Publisher;
  readonly #options: ZmqOptions;

  private constructor(publisher: Publisher, options: ZmqOptions) {
    this.#publisher = publisher;
    this.#options = options;
  }

  /** @throws NoZeroMq, or the system's error for an endpoint that cannot be used */
  static async open(options: ZmqOptions): Promise<ZmqPublisher> {
    const zmq = await import('zeromq').catch(() => {
      throw new NoZeroMq('needs the package zeromq, which is not installed: npm install zeromq');
    });
    const { endpoint, bind, sendHighWaterMark } = options;
    if (bind) await expectFree(endpoint);
    // A publisher drops and never waits. With a timeout the package would send 512 events each turn of the event loop and no more.
    const publisher = new zmq.Publisher({ linger: LINGER, sendTimeout: 0 });
    if (sendHighWaterMark > 0) publisher.sendHighWaterMark = sendHighWaterMark;
    if (bind) await publisher.bind(endpoint);
    else publisher.connect(endpoint);
    return new ZmqPublisher(publisher, options);
  }

  async write(events: readonly NumberedEvent[]): Promise<Untaken> {
    const { topicPrefix, lineOf } = this.#options;
    for (const [index, event] of events.entries()) {
      if (index % TURN === TURN - 1) await turn();
      try {
        await this.#publisher.send([`${topicPrefix}${event.kind}:${event.symbol}`, lineOf(event)]);
      } catch (error) {
        return { left: events.slice(index), error: asError(error) };
      }
    }
    return { left: [] };
  }

  async close(): Promise<void> {
    this.#publisher.close();
  }
}
