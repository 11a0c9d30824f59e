/** The sink `redis`: the latest of every symbol, and streams of all. */
import { redisAddress, redisForm, withoutPassword } from '../../../platform/redis/address.ts';
import { redisEnv as name } from '../../../platform/sink-names.ts';
import type { Kind } from '../passed-on/plan.ts';
import { type Taking, takingIn } from '../passed-on/taking.ts';
import { type CloseConfig, closeConfigIn } from './close-config.ts';

export interface RedisConfig {
  readonly taking: Taking;
  /** Secret, for it may hold a password; absent where no sink is `redis`. */
  readonly url: string | undefined;
  readonly closes: CloseConfig;
}

export const redis: Kind<RedisConfig> = {
  config(env, { chosen }) {
    const taking = takingIn(env, 'redis', 65_536);
    const before = env.problems.length;
    const url = env.parsed<string | undefined>(name.url, {
      purpose: 'is the server of the sink `redis`',
      takes: redisForm,
      fallback: undefined,
      read: redisAddress,
    });
    if (chosen.includes('redis') && url === undefined && env.problems.length === before)
      env.problems.push(`${name.url} is missing: the sink redis writes there: use ${redisForm}`);
    return { taking, url, closes: closeConfigIn(env) };
  },
  shown: ({ url, ...rest }) => ({ ...rest, url: url === undefined ? undefined : withoutPassword(url) }),
  async open({ url = '', closes }, world, seldom) {
    const { openRedis } = await import('./open.ts');
    return openRedis({ url, closes }, world, seldom);
  },
};
