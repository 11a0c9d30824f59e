/** Decides, from a seed, in which order the requests of all workers take effect and which of them fail: every interleaving at every await can come up. */
import { setTimeout as sleep, setImmediate as soon } from 'node:timers/promises';
import type { Random } from '../support/random.ts';
import type { Invocation } from './invocation.ts';

/** A request that waits for its turn. */
interface Request {
  readonly invocation: Invocation;
  readonly call: string;
  readonly effect: () => unknown;
  readonly answer: () => void;
  readonly fail: (error: unknown) => void;
}

/** What can go wrong with a request: whether it takes effect, and what its sender sees of it. */
const faults = [
  { effect: 'never', sender: 'gets an error' },
  { effect: 'at once', sender: 'gets an error' },
  { effect: 'later', sender: 'gets an error' },
  { effect: 'at once', sender: 'asks again' },
  { effect: 'never', sender: 'is killed' },
  { effect: 'at once', sender: 'is killed' },
  { effect: 'later', sender: 'is killed' },
  { effect: 'never', sender: 'is out of time' },
  { effect: 'at once', sender: 'is out of time' },
  { effect: 'later', sender: 'is out of time' },
] as const;

/** Reads are many and puts are few, so that puts have to fail more often to fail at all. */
const rateOf = (call: string) => (call === 'Query' ? 0.4 : call === 'PutItem' ? 1.5 : 4);

export class Scheduler {
  /** How often each thing happened. */
  readonly counts = new Map<string, number>();
  readonly #random: Random;
  readonly #faultsInThousand: number;
  readonly #waiting: Request[] = [];
  /** Requests whose sender has given up; they still reach the service. */
  readonly #underway: (() => unknown)[] = [];
  readonly #pausing = new Set<Invocation>();
  /** Whoever hears the answer of the request that takes effect right now. */
  #heard: Invocation | undefined;
  #reason: { error: unknown } | undefined;
  /** So that every trial ends. */
  #faultsLeft = 80;

  constructor(random: Random, faultsInThousand: number) {
    this.#random = random;
    this.#faultsInThousand = faultsInThousand;
  }

  /** Waits for the request's turn. */
  pass<T>(invocation: Invocation, call: string, effect: () => T): Promise<T> {
    invocation.isPausing = false;
    if (invocation.isKilled) return new Promise(() => {});
    if (invocation.deadline.signal.aborted) return Promise.reject(invocation.deadline.signal.reason);
    return new Promise((resolve, reject) => {
      let result: { value: T } | undefined;
      this.#waiting.push({
        invocation,
        call,
        effect: () => {
          result = { value: effect() };
        },
        answer: () => (result ? resolve(result.value) : reject(new Error('no effect to answer with'))),
        fail: reject,
      });
    });
  }

  /** An error code for one entry of the PutRecords request that takes effect right now, or undefined to take the entry. */
  entryRefusal(): string | undefined {
    const sender = this.#heard;
    if (!sender || sender.isCalm || !this.#random.chance(this.#faultsInThousand / 4_000)) return undefined;
    this.#count('PutRecords: entry refused');
    this.#pauses(sender);
    return this.#random.pick(['ProvisionedThroughputExceededException', 'InternalFailure']);
  }

  /** Lets one request after the other through until `work` is done. @throws what `work` throws, and what the run is abandoned for */
  async run(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const ended = work.finally(() => {
      isDone = true;
    });
    ended.catch(() => {});
    for (let idle = 0; !isDone; ) {
      await this.#settled();
      if (this.#reason) throw this.#reason.error;
      const request = this.#next();
      if (request) this.#release(request);
      idle = request || isDone ? 0 : idle + 1;
      if (idle > 1_000) throw new Error('the workers wait for something that the scheduler does not know of');
      if (this.#underway.length > 0 && this.#random.chance(0.05)) this.#arrive();
    }
    if (this.#reason) throw this.#reason.error;
    await ended;
  }

  /** Ends the run: the trial has failed. */
  abandon(error: unknown): void {
    this.#reason ??= { error };
  }

  /** Whatever was underway reaches its service. */
  arriveAll(): void {
    while (this.#underway.length > 0) this.#arrive();
    if (this.#reason) throw this.#reason.error;
  }

  /** Resolves once every invocation waits for the scheduler. */
  async #settled(): Promise<void> {
    await soon();
    for (const invocation of this.#pausing) {
      while (invocation.isPausing) await sleep(0);
      this.#pausing.delete(invocation);
    }
  }

  #next(): Request | undefined {
    const requests = this.#waiting.filter(request => !request.invocation.isKilled);
    const leftOver = requests.find(request => request.invocation.hasEnded);
    if (leftOver) this.abandon(new Error(`${leftOver.call} of an invocation that had ended already`));
    if (requests.length === 0) return undefined;
    const request = this.#random.pick(requests);
    this.#waiting.splice(this.#waiting.indexOf(request), 1);
    return request;
  }

  #release(request: Request): void {
    const { invocation, call } = request;
    const mayFail = this.#faultsLeft > 0 && !invocation.isCalm;
    if (!mayFail || !this.#random.chance((this.#faultsInThousand * rateOf(call)) / 1_000)) {
      this.#take(request);
      return;
    }
    this.#faultsLeft--;
    const { effect, sender } = this.#random.pick(faults);
    this.#count(`${call}: ${sender}`);
    if (effect === 'at once') attempt(request.effect);
    if (effect === 'later') this.#underway.push(request.effect);
    if (sender === 'asks again') this.#take(request);
    if (sender === 'gets an error') this.#refuse(request);
    if (sender === 'is killed') invocation.end('killed');
    if (sender === 'is out of time') this.#expire(request);
  }

  #take({ invocation, effect, answer, fail }: Request): void {
    this.#heard = invocation;
    try {
      effect();
      answer();
    } catch (error) {
      fail(error);
    }
    this.#heard = undefined;
  }

  #refuse({ invocation, call, fail }: Request): void {
    if (call === 'PutRecords') this.#pauses(invocation);
    fail(new Error(`${call} failed`));
  }

  /** The invocation's time is over: its other requests are broken off too, whether they have arrived or not. */
  #expire({ invocation, fail }: Request): void {
    invocation.deadline.abort(new Error('the time is over'));
    fail(invocation.deadline.signal.reason);
    for (const other of this.#waiting.filter(each => each.invocation === invocation)) {
      this.#waiting.splice(this.#waiting.indexOf(other), 1);
      const draw = this.#random.below(3);
      if (draw === 0) attempt(other.effect);
      if (draw === 1) this.#underway.push(other.effect);
      other.fail(invocation.deadline.signal.reason);
    }
  }

  #arrive(): void {
    const [effect] = this.#underway.splice(this.#random.below(this.#underway.length), 1);
    if (effect) attempt(effect);
  }

  /** The invocation waits by itself before another attempt. */
  #pauses(invocation: Invocation): void {
    invocation.isPausing = true;
    this.#pausing.add(invocation);
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

/** Runs an effect whose answer nobody gets. */
function attempt(effect: () => unknown): void {
  try {
    effect();
  } catch {
    // The service said no, and nobody hears it.
  }
}
