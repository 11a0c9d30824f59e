/** The sink `redis`: the latest of every symbol, and streams of all. */
import { randomUUID } from 'node:crypto';
import { redisAddress, redisForm, withoutPassword } from '../../../platform/redis/address.ts';
import { redisEnv as name } from '../../../platform/sink-names.ts';
import type { Kind } from '../passed-on/plan.ts';
import { type Taking, takingIn } from '../passed-on/taking.ts';

export interface RedisConfig {
  readonly taking: Taking;
  /** Secret, for it may hold a password; absent where no sink is `redis`. */
  readonly url: string | undefined;
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
    return { taking, url };
  },
  shown: ({ taking, url }) => ({ taking, url: url === undefined ? undefined : withoutPassword(url) }),
  async open({ url = '' }, { market, time, logger }, seldom) {
    // Loading the client takes memory and an eighth of a second, for which the ingester of minutes has no use.
    const [{ RedisOutlet }, { RedisConnection }, { EventWrites }] = await Promise.all([
      import('./redis.ts'),
      import('../../../platform/redis/connection.ts'),
      import('./writes.ts'),
    ]);
    const connection = new RedisConnection(url, time);
    const writes = new EventWrites(market);
    const outlet = new RedisOutlet({ connection, writes, lane: randomUUID(), seldom, logger });
    return { outlet, takes: writes.patterns, flushEvery: 5_000, flushInterval: 50 };
  },
};
