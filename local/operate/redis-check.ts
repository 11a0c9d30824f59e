/** `npm run redis:check`: whether the sink `redis` can write, and what it has written. Exit codes: 0 it can, 1 something keeps it from it, 2 no answer. */
import { performance } from 'node:perf_hooks';
import { EnvironmentError, readEnvironment } from '../../runtime/platform/env.ts';
import { withoutPassword } from '../../runtime/platform/redis/address.ts';
import { RedisConnection } from '../../runtime/platform/redis/connection.ts';
import { redisServerIn } from '../../runtime/platform/redis/server-config.ts';
import { processTime } from '../../runtime/platform/time.ts';
import { optionsOf } from '../command-line/command-line.ts';
import { tell } from '../command-line/tell.ts';
import { exitCodeOf, OperatorError } from './operator-error.ts';
import { redisFaults, redisLines } from './redis-lines.ts';
import { lookAt } from './redis-look.ts';

const usage = `Usage: npm run redis:check [-- --json], with variables: REDIS_URL=redis://… npm run redis:check
  REDIS_URL    redis://[user:password@]host[:port][/database], rediss:// with TLS,
               or https://host, and then REDIS_TOKEN
  --json       the whole answer as JSON
  -h, --help   this text
It writes nothing. Keys, and what stands in them: docs/redis.md
Exit codes: 0 the sink can write, 1 something keeps it from it, 2 it cannot be asked`;

process.exitCode = await exitCodeOf(async () => {
  const { json } = optionsOf(usage, { json: { type: 'boolean' } }, values => values);
  const server = serverNamed();
  const connection = new RedisConnection(server.url, processTime, server.token);
  try {
    const { report, ms } = await connection.use(async send => {
      const began = performance.now();
      await send(['PING']);
      const ms = performance.now() - began;
      return { report: await lookAt(send), ms };
    });
    const address = withoutPassword(server.url);
    tell(
      json ? JSON.stringify({ address, ms, ...report }, null, 2) : redisLines(address, ms, report).join('\n'),
    );
    return redisFaults(report).length > 0 ? 1 : 0;
  } catch (error) {
    throw new OperatorError(error instanceof Error ? error.message : `${error}`);
  } finally {
    connection.close();
  }
});

/** @throws OperatorError that names the variables that are missing or wrong, and shows none */
function serverNamed() {
  try {
    const server = readEnvironment(process.env, env => redisServerIn(env, 'the sink redis'));
    if (server) return server;
  } catch (error) {
    if (error instanceof EnvironmentError) throw new OperatorError(error.problems.join('\n'));
    throw error;
  }
  throw new OperatorError('REDIS_URL is missing');
}
