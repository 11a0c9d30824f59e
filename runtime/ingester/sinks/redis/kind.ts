/** The sink `redis`: the latest of every symbol, and streams of all. */
import { withoutPassword } from '../../../platform/redis/address.ts';
import type { RedisServer } from '../../../platform/redis/link.ts';
import { redisServerIn } from '../../../platform/redis/server-config.ts';
import type { Kind } from '../passed-on/plan.ts';
import { type Taking, takingIn } from '../passed-on/taking.ts';
import { type CloseConfig, closeConfigIn } from './close-config.ts';

export interface RedisConfig {
  readonly taking: Taking;
  /** Secret; absent where no sink is `redis`. */
  readonly server: RedisServer | undefined;
  readonly closes: CloseConfig;
}

export const redis: Kind<RedisConfig> = {
  config(env, { chosen }) {
    const taking = takingIn(env, 'redis', 65_536);
    const server = redisServerIn(env, chosen.includes('redis') ? 'the sink redis' : undefined);
    return { taking, server, closes: closeConfigIn(env) };
  },
  shown: ({ server, ...rest }) => ({ ...rest, url: server && withoutPassword(server.url) }),
  async open({ server = { url: '' }, closes }, world, seldom) {
    const { openRedis } = await import('./open.ts');
    return openRedis({ server, closes }, world, seldom);
  },
};
