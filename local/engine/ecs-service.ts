/** A service of the stage: its tasks, and the deployments that put a new version in the place of the one that runs. */
import * as v from 'valibot';
import type { Clock } from '../../runtime/platform/clock.ts';
import type { Resource } from './assembly.ts';
import type { Container } from './container.ts';
import type { Created } from './deployment.ts';
import type { Named } from './named.ts';
import { count, parseProperties, physicalName } from './properties.ts';
import { Rollout } from './rollout.ts';
import type { BusEvent } from './rules.ts';
import { type Setting, valuesOf } from './settings.ts';
import { LocalTask, type TaskContext } from './tasks.ts';

const switches = { Enable: v.boolean(), Rollback: v.boolean() };

/** What tasks run on, in ECS's words. */
export const strategySchema = v.array(
  v.looseObject({ capacityProvider: v.picklist(['FARGATE', 'FARGATE_SPOT']) }),
);

export const serviceSchema = v.object({
  TaskDefinition: v.string(),
  DesiredCount: v.optional(count, 1),
  CapacityProviderStrategy: v.optional(
    v.array(v.object({ CapacityProvider: v.picklist(['FARGATE', 'FARGATE_SPOT']) })),
    [],
  ),
  DeploymentConfiguration: v.optional(
    v.object({
      DeploymentCircuitBreaker: v.optional(v.object(switches)),
      Alarms: v.optional(v.object({ AlarmNames: v.array(v.string()), ...switches })),
    }),
    {},
  ),
});

/** What of a version differs from what the template declares. */
export interface Version {
  /** Variables in place of the template's and the caller's. */
  readonly variables?: Readonly<Record<string, Setting>>;
  /** Arguments of `node` in place of the image's. */
  readonly arguments?: readonly string[];
}

export interface ServiceParts extends Omit<TaskContext, 'service'> {
  /** The container of a task definition. */
  readonly containerOf: (taskDefinition: string) => Container | undefined;
  /** Event time. */
  readonly clock: Clock;
  /** Puts an event on the bus. */
  readonly publish: (event: BusEvent) => void;
  /** How long (ms) an alarm with that name looks back. */
  readonly lookBack: (alarm: string) => number;
}

export class LocalService implements Named, Created {
  readonly path: string;
  /** What events and other resources refer to it by. */
  readonly name: string;
  /** Those that run, the oldest version's first. */
  readonly tasks: LocalTask[] = [];
  readonly #parts: ServiceParts;
  readonly #container: Container;
  readonly #declared: v.InferOutput<typeof serviceSchema>;
  /** Those that are being stopped. */
  readonly #leaving = new WeakSet<LocalTask>();
  readonly #onTask = new Set<(task: LocalTask) => void>();
  /** The last one that was completed. */
  #version: Version = {};
  #rollout: Rollout | undefined;
  /** How many tasks it is to have. */
  desired: number;
  /** Why ECS refuses to tell of it and to change it; undefined while it does not. */
  refusal: string | undefined;
  strategy: v.InferOutput<typeof strategySchema>;
  #hasSpot = true;

  /** @throws Error when it runs no task definition of the stage */
  constructor(resource: Resource, properties: unknown, parts: ServiceParts) {
    this.#declared = parseProperties(resource, serviceSchema, properties);
    const { TaskDefinition, DesiredCount, CapacityProviderStrategy } = this.#declared;
    this.strategy = CapacityProviderStrategy.map(item => ({ capacityProvider: item.CapacityProvider }));
    const container = parts.containerOf(TaskDefinition);
    if (container === undefined)
      throw new Error(`${resource.path} runs ${TaskDefinition}, which is not a task definition of the stage`);
    this.path = resource.path;
    this.name = physicalName(resource, undefined);
    this.#parts = parts;
    this.#container = container;
    this.desired = DesiredCount;
    for (let task = 0; task < DesiredCount; task++) this.#add({});
  }

  get ref(): string {
    return this.name;
  }

  attribute(name: string): string | undefined {
    return name === 'Name' ? this.name : undefined;
  }

  /** Calls `listener` with every task, those that are there at once. */
  onTask(listener: (task: LocalTask) => void): void {
    this.#onTask.add(listener);
    this.tasks.forEach(listener);
  }

  /**
   * Begins to put a version in the place of the one that runs. Nothing goes on by itself: `Rollout.look` does.
   * @param isRaised whether the alarm with that name is in ALARM: one that is now is not watched, as in ECS
   */
  deploy(version: Version, isRaised: (alarm: string) => boolean): Rollout {
    const { DeploymentCircuitBreaker: breaker, Alarms } = this.#declared.DeploymentConfiguration;
    const { clock, publish, lookBack } = this.#parts;
    const { healthCheck } = this.#container;
    const alarms = Alarms?.Enable ? Alarms.AlarmNames.filter(name => !isRaised(name)) : [];
    this.#rollout?.abandon();
    this.#rollout = new Rollout({
      old: [...this.tasks],
      tasks: this.desired,
      rules: {
        breaksOff: breaker?.Enable === true,
        alarms,
        bake: Math.max(0, ...alarms.map(lookBack)),
        patience: healthCheck?.patienceMs ?? 0,
        grace: healthCheck?.graceMs ?? 0,
      },
      now: () => clock.now(),
      isRaised,
      start: isBack => this.#started(isBack ? this.#version : version),
      stop: task => this.#stop(task),
      tell: (eventName, reason) => {
        if (eventName === 'SERVICE_DEPLOYMENT_COMPLETED') this.#version = version;
        const source = { source: 'aws.ecs', 'detail-type': 'ECS Deployment State Change' };
        publish({ ...source, resources: [this.ref], detail: { eventName, reason } });
      },
    });
    return this.#rollout;
  }

  /** Starts tasks of the version that runs, or stops those that are too many, the newest first. */
  scale(desired: number): void {
    this.desired = desired;
    this.#place();
  }

  /** Lets tasks run on other capacity from now on; those that run stay, where ECS would replace them one by one. */
  moveTo(strategy: v.InferOutput<typeof strategySchema>): void {
    this.strategy = strategy;
    this.#place();
  }

  /** Whether AWS has capacity to spare. Without, it stops every task that runs on it, and starts none. */
  set hasSpot(has: boolean) {
    this.#hasSpot = has;
    this.#place();
  }

  #place(): void {
    const isSpot = this.strategy.some(({ capacityProvider }) => capacityProvider === 'FARGATE_SPOT');
    const staying = this.tasks.filter(task => !this.#leaving.has(task));
    const missing = (isSpot && !this.#hasSpot ? 0 : this.desired) - staying.length;
    for (let task = 0; task < missing; task++) this.#started(this.#version);
    for (const task of missing < 0 ? staying.slice(missing) : []) void this.#stop(task);
  }

  #started(version: Version): LocalTask {
    const task = this.#add(version);
    task.start();
    return task;
  }

  #add({ variables = {}, arguments: words }: Version): LocalTask {
    const { overridden } = this.#parts;
    const container = words === undefined ? this.#container : { ...this.#container, arguments: words };
    const task = new LocalTask(this.path, container, {
      ...this.#parts,
      service: this.name,
      overridden: () => ({ ...overridden(), ...valuesOf(variables) }),
    });
    this.tasks.push(task);
    for (const listener of this.#onTask) listener(task);
    return task;
  }

  async #stop(task: LocalTask): Promise<void> {
    this.#leaving.add(task);
    await task.stop();
    this.tasks.splice(this.tasks.indexOf(task), 1);
  }
}
