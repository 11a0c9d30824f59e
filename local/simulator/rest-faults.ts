/** What can go wrong with the vendor's REST, for so many requests or so long. */
import type { Clock } from '../../runtime/platform/clock.ts';

/**
 * `401 403 429 500`: that answer. `hang`: no answer until the client gives up. `truncated`: the body breaks off.
 * `unordered`: a page's bars in no order. `pages-reversed`: the last page first. `duplicates`: every bar twice.
 * `empty`: a list of symbols without any. `other-highs`: bars whose highs are not those of the socket.
 * `surprise-closure`: a closed day announced that no rule knows. With status 200 and no answer all the same:
 * `error`: it says that there was one. `nothing`: an object without anything. `other-ticker`: another ticker's bars under
 * that one's name. `miscounted`: a page that lacks a row which it counts. `lacks-last`: one that does not know its last row yet.
 * `last-refused`: one whose last row says that its high is below its low.
 */
export type RestFault =
  | '401'
  | '403'
  | '429'
  | '500'
  | 'hang'
  | 'truncated'
  | 'unordered'
  | 'pages-reversed'
  | 'duplicates'
  | 'empty'
  | 'other-highs'
  | 'surprise-closure'
  | 'error'
  | 'nothing'
  | 'other-ticker'
  | 'miscounted'
  | 'lacks-last'
  | 'last-refused';

export interface RestFaultLimits {
  /** How many requests it hits. @default all until the time is over, or one when `forMs` is missing too */
  readonly times?: number;
  /** How long it lasts, ms of event time. @default until it has hit `times` requests */
  readonly forMs?: number;
  /** Hits only requests whose path contains this. @default all */
  readonly path?: string;
}

export class RestFaults {
  /** How far (event ms) REST is behind the socket. */
  lag = 0;
  /** How far (ms) the vendor's clock is ahead of this machine's, as its answers are dated. */
  datedAhead = 0;
  readonly #clock: Clock;
  readonly #planned: { fault: RestFault; left: number; until: number; path: string }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Plans a fault from now on; faults planned earlier hit first. */
  plan(fault: RestFault, { times, forMs, path = '' }: RestFaultLimits = {}): void {
    const left = times ?? (forMs === undefined ? 1 : Number.POSITIVE_INFINITY);
    this.#planned.push({
      fault,
      left,
      path,
      until: forMs === undefined ? Number.POSITIVE_INFINITY : this.#clock.now() + forMs,
    });
  }

  /** Ends what is planned of one fault. */
  end(fault: RestFault): void {
    for (const planned of this.#planned) if (planned.fault === fault) planned.left = 0;
  }

  /** Ends every planned fault, the lag and the wrong date. */
  clear(): void {
    this.lag = 0;
    this.datedAhead = 0;
    this.#planned.length = 0;
  }

  /** For the vendor: the fault that this request meets. */
  next(path: string): RestFault | undefined {
    const now = this.#clock.now();
    const met = this.#planned.find(
      planned => planned.left > 0 && now < planned.until && path.includes(planned.path),
    );
    if (met) met.left--;
    return met?.fault;
  }
}
