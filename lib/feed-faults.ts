/** What makes a feed's settings unusable. */
import { Duration, Size, SizeRoundingBehavior } from 'aws-cdk-lib';
import { alignments, markets } from '../runtime/bars/names.ts';
import { backfillsOnStart } from '../runtime/ingester/names.ts';
import { type Feed, type TaskSize, withFeedDefaults } from './environment.ts';
import { durationFaults, fault, isObject, isText, unknownFaults } from './fault.ts';
import { calendarFaults } from './monitoring/monitoring-faults.ts';
import { secretFaults, sourceFaults } from './name-faults.ts';
import { feedSettings, taskSettings } from './settings.ts';
import { tickerFaults } from './ticker-faults.ts';

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
    delay,
    shards,
    alignment,
    watermarkGrace,
    task,
    provisionalBars,
    backfillOnStart,
    restRequestsPerSecond,
    warmStandby,
  } = withFeedDefaults(isListed ? feed : { ...feed, symbols: '*' });
  if (!markets.includes(market)) yield fault(`${path}.market`, market, anyOf(markets));
  else if (earlier.some(other => isObject(other) && other.market === market))
    yield fault(`${path}.market`, market, 'each market once: the vendor allows one connection a market');
  if (symbols !== '*')
    yield* tickerFaults(`${path}.symbols`, symbols, {
      characters: LONGEST_SYMBOLS,
      use: "which is what a task holds, or '*'",
    });
  if (symbolSource !== undefined) yield* sourceFaults(`${path}.symbolSource`, symbolSource);
  if (!Number.isInteger(symbolLimit) || symbolLimit < 1 || symbolLimit > 1_000_000)
    yield fault(`${path}.symbolLimit`, symbolLimit, 'a whole number from 1 to 1000000');
  else if (symbols !== '*' && symbols.length > symbolLimit)
    yield `${path}.symbols are ${symbols.length}: use at most ${symbolLimit}, which is the symbolLimit`;
  yield* secretFaults(`${path}.apiKeySecret`, apiKeySecret);
  if (!isText(host, /^[a-z0-9-]+(\.[a-z0-9-]+)+$/))
    yield fault(`${path}.host`, host, "a host's name such as 'socket.massive.com', without scheme and path");
  yield* durationFaults(`${path}.delay`, delay, {
    min: Duration.seconds(0),
    max: Duration.hours(1),
    unit: Duration.seconds(1),
  });
  if (isText(host, /^delayed\b/) && feed.delay === undefined)
    yield fault(`${path}.delay`, undefined, `how late '${host}' sends: Duration.minutes(15) for stocks`);
  if (!SHARDS.includes(shards)) yield fault(`${path}.shards`, shards, anyOf(SHARDS));
  if (!alignments.includes(alignment)) yield fault(`${path}.alignment`, alignment, anyOf(alignments));
  yield* durationFaults(`${path}.watermarkGrace`, watermarkGrace, {
    min: Duration.seconds(0),
    max: Duration.minutes(5),
    unit: Duration.seconds(1),
  });
  yield* taskFaults(`${path}.task`, task);
  yield* calendarFaults(path, feed);
  if (typeof provisionalBars !== 'boolean')
    yield fault(`${path}.provisionalBars`, provisionalBars, 'true or false');
  if (!backfillsOnStart.includes(backfillOnStart))
    yield fault(`${path}.backfillOnStart`, backfillOnStart, anyOf(backfillsOnStart));
  if (
    !Number.isFinite(restRequestsPerSecond) ||
    !(restRequestsPerSecond >= 0.01 && restRequestsPerSecond <= 100)
  )
    yield fault(`${path}.restRequestsPerSecond`, restRequestsPerSecond, 'a number from 0.01 to 100');
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

function anyOf(values: readonly (string | number)[]): string {
  return `one of ${values.join(', ')}`;
}
