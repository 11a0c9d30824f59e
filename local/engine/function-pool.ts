/** Runs a function for callers that come at any time: environments are kept for the next, and started when all are busy. */
import { availableParallelism } from 'node:os';
import type { FunctionEnvironment } from './execution-environment.ts';
import type { LocalFunction } from './functions.ts';

/** More threads than that wait for a processor and not for work; in AWS there would be one for every call. */
const ENVIRONMENTS = Math.max(2, availableParallelism());

export class FunctionPool {
  readonly #target: LocalFunction;
  readonly #idle: FunctionEnvironment[] = [];
  readonly #waiting: ((environment: FunctionEnvironment) => void)[] = [];
  #environments = 0;

  constructor(target: LocalFunction) {
    this.#target = target;
  }

  /** Resolves to what the function returns. @throws InvocationError when it fails */
  async invoke(event: unknown): Promise<unknown> {
    const environment = await this.#environment();
    try {
      return await environment.invoke(event);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(environment);
      else this.#idle.push(environment);
    }
  }

  #environment(): FunctionEnvironment | Promise<FunctionEnvironment> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#environments === ENVIRONMENTS) return new Promise(resolve => this.#waiting.push(resolve));
    const environment = this.#target.environment();
    this.#environments++;
    return environment;
  }
}
