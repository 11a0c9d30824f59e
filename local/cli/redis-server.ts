/** What `--redis URL` adds to a run: the latest of every feed in that server, by the sink and the function that environments have. */
import type { Feed } from '../../lib/settings/environment.ts';
import { feedId } from '../../lib/settings/names.ts';
import type { Market } from '../../runtime/markets/names.ts';
import { isHttp, redisAddress } from '../../runtime/platform/redis/address.ts';
import { RedisConnection } from '../../runtime/platform/redis/connection.ts';
import { redisEnv } from '../../runtime/platform/sink-names.ts';
import { processTime } from '../../runtime/platform/time.ts';
import type { ChannelName } from '../../runtime/vendor/channel-names.ts';
import { channelTable } from '../../runtime/vendor/channels/table.ts';
import { UsageError } from '../command-line/option-values.ts';
import type { Overrides } from '../engine/settings.ts';

const SECRET = 'barflow/local/redis-url';
/** Those that have keys. */
const KEPT: readonly ChannelName[] = ['minutes', 'trades', 'quotes', 'fmv'];

/** Of a market, all that has keys. */
export function keptChannels(market: Market): ChannelName[] {
  return KEPT.filter(name => channelTable[name][market]);
}

/** @throws UsageError, which does not show the address: it may hold a password */
export function redisOption(text: string): string {
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
  return KEPT.includes(channel);
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
