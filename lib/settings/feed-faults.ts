/** What makes a feed's settings unusable. */
import { Size, SizeRoundingBehavior } from 'aws-cdk-lib';
import { markets } from '../../runtime/markets/names.ts';
import type { Feed, TaskSize } from './environment.ts';
import { anyOf, fault, isObject, isText, unknownFaults } from './fault.ts';
import { withFeedDefaults } from './feed-defaults.ts';
import { calendarFaults } from './monitoring-faults.ts';
import { secretFaults, sourceFaults } from './name-faults.ts';
import { feedSettings, taskSettings } from './settings.ts';
import { tickerFaults } from './ticker-faults.ts';
import { toldFaults } from './told-faults.ts';

/** The 64 slots of the symbol space are shared evenly by these. */
const SHARDS: readonly number[] = [1, 2, 4, 8, 16, 32, 64];
/** A task definition holds 64 KiB, variables and all. */
const LONGEST_SYMBOLS = 50_000;
/** For each number of CPU units the memory that Fargate offers with it, in MiB; above 512 in steps of 1024. */
const TASK_MEMORY: Readonly<Record<number, readonly [least: number, most: number]>> = {
  256: [512, 2048],
  512: [1024, 4096],
  1024: [2048, 8192],
  2048: [4096, 16384],
  4096: [8192, 30720],
};

/**
 * @param path where the feed stands in the environment, such as `feeds[0]`
 * @param earlier the feeds before it
 */
export function* feedFaults(path: string, feed: Feed, earlier: readonly Feed[]): Generator<string> {
  if (!isObject(feed)) return yield fault(path, feed, 'the settings of a feed');
  yield* unknownFaults(path, feed, feedSettings);
  const isListed = Array.isArray(feed.symbols) && feed.symbols.length > 0;
  if (feed.symbols !== '*' && !isListed)
    yield fault(`${path}.symbols`, feed.symbols, "'*' or a list of tickers");
  const {
    market,
    symbols,
    symbolSource,
    symbolLimit,
    apiKeySecret,
    host,
    shards,
    task,
    warmStandby,
    ...told
  } = withFeedDefaults(isListed ? feed : { ...feed, symbols: '*' });
  yield* toldFaults(path, { market, symbolLimit, ...told });
  if (markets.includes(market) && earlier.some(other => isObject(other) && other.market === market))
    yield fault(`${path}.market`, market, 'each market once: the vendor allows one connection a market');
  if (isListed)
    yield* tickerFaults(`${path}.symbols`, market, feed.symbols, {
      characters: LONGEST_SYMBOLS,
      use: "which is what a task holds, or '*'",
    });
  if (symbolSource !== undefined) yield* sourceFaults(`${path}.symbolSource`, symbolSource);
  if (symbols !== '*' && symbols.length > symbolLimit)
    yield `${path}.symbols are ${symbols.length}: use at most ${symbolLimit}, which is the symbolLimit`;
  yield* secretFaults(`${path}.apiKeySecret`, apiKeySecret);
  if (!isText(host, /^[a-z0-9-]+(\.[a-z0-9-]+)+$/))
    yield fault(`${path}.host`, host, "a host's name such as 'socket.massive.com', without scheme and path");
  if (isText(host, /^delayed\b/) && feed.delay === undefined)
    yield fault(`${path}.delay`, undefined, `how late '${host}' sends: Duration.minutes(15) for stocks`);
  if (!SHARDS.includes(shards)) yield fault(`${path}.shards`, shards, anyOf(SHARDS));
  yield* taskFaults(`${path}.task`, task);
  yield* calendarFaults(path, feed);
  if (typeof warmStandby !== 'boolean') yield fault(`${path}.warmStandby`, warmStandby, 'true or false');
}

function* taskFaults(path: string, task: TaskSize): Generator<string> {
  if (!isObject(task)) return yield fault(path, task, '{ cpu: 256, memory: Size.mebibytes(512) } or more');
  yield* unknownFaults(path, task, taskSettings);
  const { cpu, memory } = task;
  const range = typeof cpu === 'number' ? TASK_MEMORY[cpu] : undefined;
  if (!range) return yield fault(`${path}.cpu`, cpu, anyOf(Object.keys(TASK_MEMORY)));
  const [least, most] = range;
  const use = `${least} to ${most} MiB with ${cpu} CPU units, in whole GiB above 512`;
  if (!(memory instanceof Size)) return yield fault(`${path}.memory`, memory, `a Size of ${use}`);
  const mebibytes = memory.toMebibytes({ rounding: SizeRoundingBehavior.NONE });
  if (mebibytes >= least && mebibytes <= most && (mebibytes === 512 || mebibytes % 1024 === 0)) return;
  yield `${path}.memory is ${mebibytes} MiB: use ${use}`;
}
