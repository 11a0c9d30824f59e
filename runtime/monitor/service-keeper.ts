/** Sees to it that the feed's service has as many tasks as it should have now, none while the feed sleeps, and that there is capacity for them. */
import {
  DescribeServicesCommand,
  type ECSClient,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import * as v from 'valibot';
import type { Windows } from '../markets/window.ts';
import type { Logger } from '../platform/logger.ts';
import type { Memory } from '../tables/monitor-memory.ts';
import type { KeptService } from './config.ts';
import { SPOT } from './names.ts';
import { isAwake } from './schedule.ts';
import { chooseCapacity, spotNote } from './spot.ts';

export interface ServiceKeeperOptions extends KeptService {
  readonly client: ECSClient;
  readonly windows: Windows;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly memory: Memory;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** Where it is remembered since when the service has no task, or no Spot. */
const KEY = 'capacity';

export class ServiceKeeper {
  readonly #options: ServiceKeeperOptions;

  constructor(options: ServiceKeeperOptions) {
    this.#options = options;
  }

  /**
   * What ECS does not do now is tried again at the next look, and told by the alarms on what then is missing.
   * @param at the present, epoch ms of event time
   * @returns whether the feed is awake
   */
  async keep(at: number): Promise<boolean> {
    const { windows, delay, tasks, sleeps, spot, logger } = this.#options;
    const awake = !sleeps || isAwake(windows, at - delay);
    const wanted = awake ? tasks : 0;
    try {
      const found = await this.#describe();
      await this.#setCount(found, wanted);
      if (spot) await this.#setCapacity(found, wanted, at);
    } catch (error) {
      logger.error('the service of the feed cannot be seen to', { error });
    }
    return awake;
  }

  async #describe(): Promise<Service> {
    const { client, cluster, service } = this.#options;
    const { services } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
    return services?.[0] ?? {};
  }

  async #setCount({ desiredCount: before }: Service, desiredCount: number): Promise<void> {
    if (before === desiredCount) return;
    const { client, cluster, service, logger } = this.#options;
    await client.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
    logger.info('the service of the feed has another number of tasks', { before, now: desiredCount });
  }

  async #setCapacity(found: Service, wanted: number, at: number): Promise<void> {
    const { client, cluster, service, memory, logger } = this.#options;
    const { capacityProviderStrategy: strategy = [], runningCount: running = 0 } = found;
    const onSpot = strategy.some(({ capacityProvider }) => capacityProvider === SPOT);
    const remembered = v.safeParse(spotNote, await memory.get(KEY));
    const before = remembered.success ? remembered.output : {};
    const { note, change } = chooseCapacity(before, { wanted, running, onSpot }, at);
    if (change !== undefined) {
      const capacityProviderStrategy = [{ capacityProvider: change, weight: 1 }];
      const update = { cluster, service, capacityProviderStrategy, forceNewDeployment: true };
      await client.send(new UpdateServiceCommand(update));
      logger.warn('the tasks of the feed are to run on other capacity', { now: change, running });
    }
    // Last: what ECS refused is to be found as it was.
    if (JSON.stringify(note) !== JSON.stringify(before)) await memory.put(KEY, note);
  }
}
