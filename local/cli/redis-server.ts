/** What `--redis URL` adds to a run: the latest of every feed in that server, by the sink and the function that environments have. */
import type { Feed } from '../../lib/settings/environment.ts';
import { feedId } from '../../lib/settings/names.ts';
import { REDIS_TAKES } from '../../lib/settings/taking-faults.ts';
import type { Market } from '../../runtime/markets/names.ts';
import { isHttp, redisAddress } from '../../runtime/platform/redis/address.ts';
import { RedisConnection } from '../../runtime/platform/redis/connection.ts';
import { redisEnv } from '../../runtime/platform/sink-names.ts';
import { processTime } from '../../runtime/platform/time.ts';
import type { ChannelName } from '../../runtime/vendor/channel-names.ts';
import { channelTable } from '../../runtime/vendor/channels/table.ts';
import { UsageError } from '../command-line/option-values.ts';
import type { Overrides } from '../engine/settings.ts';
import type { ChosenFeed } from './chosen-feeds.ts';

const SECRET = 'barflow/local/redis-url';

/** Of a market, all that has keys. */
export function keptChannels(market: Market): ChannelName[] {
  return REDIS_TAKES.filter(name => channelTable[name][market]);
}

/** @throws UsageError, which does not show the address: it may hold a password; also for feeds that would write the same keys */
export function redisOption(text: string, feeds: readonly ChosenFeed[]): string {
  for (const [n, feed] of feeds.entries())
    for (const { name, market, channels } of feeds.slice(0, n)) {
      const shared = channels.find(channel => isKept(channel) && feed.channels.includes(channel));
      if (market === feed.market && shared)
        throw new UsageError(
          `--redis: ${name} and ${feed.name} would write ${shared} under the same keys: let one of them bring other channels, or run it by itself with a database of its own`,
        );
    }
  try {
    const url = redisAddress(text);
    if (!isHttp(url)) return url;
  } catch (error) {
    throw new UsageError(`--redis: ${error instanceof Error ? error.message : error}`);
  }
  throw new UsageError('--redis: a server is spoken to in its own protocol here: use redis:// or rediss://');
}

/** @throws UsageError that says why nothing can be written there */
export async function expectRedis(url: string): Promise<void> {
  const connection = new RedisConnection(url, processTime);
  try {
    await connection.use(send => send(['PING']));
  } catch (error) {
    throw new UsageError(`--redis: ${error instanceof Error ? error.message : error}`);
  } finally {
    connection.close();
  }
}

/** Whether that has keys. */
export function isKept(channel: ChannelName): boolean {
  return REDIS_TAKES.includes(channel);
}

/** What a feed is told besides, if anything of it has keys. */
export function withRedis({ channels = ['minutes'], sinks = [] }: Pick<Feed, 'channels' | 'sinks'>) {
  const added: Pick<Feed, 'sinks' | 'latest'> = {
    sinks: [...sinks, { kind: 'redis', urlSecret: SECRET }],
    ...(channels.includes('minutes') && { latest: true }),
  };
  return channels.some(isKept) ? added : {};
}

/** There is no Secrets Manager on this machine: containers get what secrets hold, and so does the function. */
export function redisSecrets(url: string): Readonly<Record<string, string>> {
  return { [SECRET]: url };
}

export function redisAccess(feed: Pick<Feed, 'market' | 'name' | 'latest'>, url: string): Overrides {
  return feed.latest ? { [`${feedId(feed)}/Latest/Function`]: { [redisEnv.url]: url } } : {};
}
