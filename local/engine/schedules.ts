/** Schedules of the stage (EventBridge Scheduler), which invoke functions by the event clock. */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Clock } from '../../runtime/platform/clock.ts';
import { arnOf } from './account.ts';
import type { Resource } from './assembly.ts';
import type { Created } from './deployment.ts';
import type { FunctionEnvironment } from './execution-environment.ts';
import type { LocalFunction } from './functions.ts';
import type { Named } from './named.ts';
import { parseProperties, physicalName } from './properties.ts';
import { type NextDue, nextDue } from './schedule-expression.ts';

/** Strict, so that a setting that is not kept here is not quietly ignored. Failures are told, not retried. */
const schema = v.strictObject({
  Name: v.optional(v.string()),
  Description: v.optional(v.string()),
  GroupName: v.optional(v.string()),
  ScheduleExpression: v.string(),
  ScheduleExpressionTimezone: v.optional(v.string(), 'UTC'),
  FlexibleTimeWindow: v.object({ Mode: v.literal('OFF') }),
  State: v.optional(v.picklist(['ENABLED', 'DISABLED']), 'ENABLED'),
  Target: v.strictObject({
    Arn: v.string(),
    Input: v.optional(v.string(), '{}'),
    RoleArn: v.optional(v.string()),
    RetryPolicy: v.optional(v.unknown()),
    DeadLetterConfig: v.optional(v.unknown()),
  }),
});

/** How long (wall ms) a function may rest before its thread is ended; the next invocation starts another. */
const IDLE = 5 * 60_000;

/** What a schedule acts on. */
export interface ScheduleParts {
  readonly functions: readonly LocalFunction[];
  readonly clock: Clock;
  /** Is told of every invocation that failed. */
  readonly say: (line: string) => void;
}

/** One schedule. An instant that comes while its function still works on an earlier one is left out, and counted. */
export class LocalSchedule implements Named, Created {
  readonly path: string;
  readonly name: string;
  readonly arn: string;
  /** Invocations that returned. */
  succeeded = 0;
  /** Invocations that failed. */
  failures = 0;
  /** Instants that passed while the function was still busy, or that the clock leapt over. */
  leftOut = 0;
  readonly #declared: v.InferOutput<typeof schema>;
  readonly #nextDue: NextDue;
  readonly #target: LocalFunction;
  readonly #parts: ScheduleParts;
  readonly #stop = new AbortController();
  /** Whether its function works. */
  isBusy = false;
  #environment: FunctionEnvironment | undefined;
  #running: Promise<void> | undefined;

  constructor(resource: Resource, properties: unknown, parts: ScheduleParts) {
    this.#declared = parseProperties(resource, schema, properties);
    const {
      Name,
      GroupName = 'default',
      Target,
      ScheduleExpression,
      ScheduleExpressionTimezone,
    } = this.#declared;
    this.path = resource.path;
    this.name = physicalName(resource, Name);
    this.arn = arnOf('scheduler', `schedule/${GroupName}/${this.name}`);
    this.#nextDue = nextDue(ScheduleExpression, ScheduleExpressionTimezone);
    const target = parts.functions.find(({ arn }) => arn === Target.Arn);
    if (target === undefined)
      throw new Error(`${this.path} invokes ${Target.Arn}: only a function of the stage runs here`);
    this.#target = target;
    this.#parts = parts;
  }

  get ref(): string {
    return this.name;
  }

  attribute(name: string): string | undefined {
    return name === 'Arn' ? this.arn : undefined;
  }

  /**
   * Begins to invoke, from the next instant after the clock's now on.
   * @throws InvocationError when the function's code cannot be loaded
   */
  async start(): Promise<void> {
    if (this.#declared.State === 'DISABLED') return;
    this.#environment = this.#target.environment();
    await this.#environment.start();
    this.#running = this.#run(this.#environment);
  }

  /** Stops invoking; what runs is cut off. */
  async stop(): Promise<void> {
    this.#stop.abort();
    if (this.#environment !== undefined) await this.#target.release(this.#environment);
    await this.#running;
  }

  async #run(environment: FunctionEnvironment): Promise<void> {
    const { clock, say } = this.#parts;
    const { signal } = this.#stop;
    let due = this.#nextDue(clock.now());
    while (due !== undefined && !signal.aborted) {
      // As in Lambda, an environment that nothing needs for long goes, and its memory with it.
      const idle = clock.perWall(IDLE);
      if (idle > 0 && due - clock.now() > idle) await environment.kill();
      await clock.until(due, signal).catch(() => undefined);
      if (signal.aborted) return;
      this.isBusy = true;
      try {
        await environment.invoke(this.#event(due));
        this.succeeded++;
      } catch (error) {
        if (signal.aborted) return;
        this.failures++;
        say(`${this.path}: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        this.isBusy = false;
      }
      due = this.#following(due);
    }
  }

  /** The next instant that is still to come; those between are counted as left out. */
  #following(due: number): number | undefined {
    const now = this.#parts.clock.now();
    let next = this.#nextDue(due);
    for (; next !== undefined && next <= now; next = this.#nextDue(next)) this.leftOut++;
    return next;
  }

  /** The target's input, its placeholders filled in as the scheduler does. */
  #event(due: number): unknown {
    const values: ReadonlyMap<string, string> = new Map([
      ['<aws.scheduler.schedule-arn>', this.arn],
      ['<aws.scheduler.scheduled-time>', new Date(due).toISOString().replace('.000Z', 'Z')],
      ['<aws.scheduler.execution-id>', randomUUID()],
      ['<aws.scheduler.attempt-number>', '1'],
    ]);
    let input = this.#declared.Target.Input;
    for (const [placeholder, value] of values) input = input.replaceAll(placeholder, value);
    return JSON.parse(input);
  }
}
