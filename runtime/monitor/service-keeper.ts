/** Sees to it that the feed's service has as many tasks as it should have now: none while the feed sleeps. */
import { DescribeServicesCommand, type ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Windows } from '../markets/window.ts';
import type { Logger } from '../platform/logger.ts';
import type { KeptService } from './config.ts';
import { isAwake } from './schedule.ts';

export interface ServiceKeeperOptions extends KeptService {
  readonly client: ECSClient;
  readonly windows: Windows;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

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
    const { windows, delay, tasks, logger } = this.#options;
    const awake = isAwake(windows, at - delay);
    try {
      await this.#set(awake ? tasks : 0);
    } catch (error) {
      logger.error('the service of the feed cannot be seen to', { error });
    }
    return awake;
  }

  async #set(desiredCount: number): Promise<void> {
    const { client, cluster, service, logger } = this.#options;
    const { services } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
    const before = services?.[0]?.desiredCount;
    if (before === desiredCount) return;
    await client.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
    logger.info('the service of the feed has another number of tasks', { before, now: desiredCount });
  }
}
