/** The sink `ndjson`: envelopes as lines of files, or of standard output. */
import { existsSync } from 'node:fs';
import { type Environment, EnvironmentError } from '../../../platform/env.ts';
import { codeOf } from '../../../platform/error-code.ts';
import type { Seldom } from '../../../platform/seldom.ts';
import { amount, flag } from '../../../platform/setting.ts';
import { ndjsonEnv as name, STDOUT, sinkEnv } from '../../../platform/sink-names.ts';
import type { Kind, Reading, SinkWorld } from '../passed-on/plan.ts';
import { type Taking, takingIn } from '../passed-on/taking.ts';
import { goesTo } from '../stdout/lines-to-file.ts';
import { LinesTo, linesTo } from '../stdout/stdout.ts';
import { NdjsonFiles } from './ndjson.ts';
import { openPipe } from './pipe.ts';

const [SECOND, MONTH] = [1_000, 30 * 86_400];

/** Times in ms. */
export interface NdjsonConfig {
  readonly taking: Taking;
  /** `stdout` or a path. */
  readonly dest: string;
  readonly flushEvery: number;
  readonly flushInterval: number;
  readonly maxBytes: number | undefined;
  readonly rotateAfter: number | undefined;
  readonly gzip: boolean;
  readonly reopens: boolean;
  readonly splitPerType: boolean;
}

export const ndjson: Kind<NdjsonConfig> = {
  config(env, reading) {
    const rotate = env.setting(rotateSeconds);
    const config = {
      taking: takingIn(env, 'ndjson', 2_048),
      dest: destIn(env),
      flushEvery: env.setting(flushEvery),
      flushInterval: env.setting(flushInterval),
      maxBytes: env.setting(maxBytes) || undefined,
      rotateAfter: rotate === 0 ? undefined : SECOND * rotate,
      gzip: env.setting(gzip),
      reopens: !env.setting(noReopen),
      splitPerType: env.setting(splitPerType),
    };
    if (reading.chosen.includes('ndjson') && config.dest === STDOUT) expectPlain(env, config, reading);
    return config;
  },
  async open(config, world, seldom) {
    const { dest, reopens, flushEvery, flushInterval } = config;
    const flush = { flushEvery, flushInterval };
    if (dest === STDOUT) return { ...flush, outlet: linesTo(world.output, world.envelopeOf) };
    try {
      const pipe = config.splitPerType ? undefined : openPipe(dest);
      if (pipe) return { ...flush, outlet: new LinesTo(pipe, world.envelopeOf, true) };
      const outlet = filesOf(config, world, seldom);
      await outlet.open();
      expectAnother(dest, world);
      return { ...flush, outlet, reopen: () => (reopens ? outlet.reopen() : undefined) };
    } catch (error) {
      if (error instanceof EnvironmentError) throw error;
      throw new EnvironmentError([`${name.dest}: ${faultOf(dest, codeOf(error))}`]);
    }
  },
};

/** @throws EnvironmentError where standard output goes to the same file, and is a sink */
function expectAnother(dest: string, { chosen, output: { fd } }: SinkWorld): void {
  if (chosen.includes('stdout') && fd !== undefined && existsSync(dest) && goesTo(fd, dest))
    throw new EnvironmentError([
      `${name.dest}: '${dest}' is the file that standard output goes to: name another, or one sink in ${sinkEnv.sink}`,
    ]);
}

/** Other names of standard output are taken for it, which knows what may not be done to it. */
function destIn(env: Environment): string {
  const dest = env.text(name.dest, {
    purpose: 'is where lines of the sink `ndjson` go: `stdout` or a path',
    fallback: STDOUT,
  });
  return ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'].includes(dest) ? STDOUT : dest;
}

function faultOf(dest: string, code: string): string {
  return code === 'ENXIO'
    ? `'${dest}' is a pipe that nobody reads (${code}): start its reader first, or name a file`
    : `'${dest}' cannot be written (${code}): name a file in a folder that is there and can be written`;
}

function filesOf(config: NdjsonConfig, { now, logger, envelopeOf }: SinkWorld, seldom: Seldom) {
  return new NdjsonFiles({
    ...config,
    path: config.dest,
    lineOf: envelopeOf,
    now,
    onTrouble: (what, { message }) =>
      seldom.say('trouble', () => logger.warn(`the ndjson sink: ${what}`, { error: message })),
  });
}

/** Standard output is one file for all, and stays where it is. */
function expectPlain(env: Environment, config: NdjsonConfig, { chosen }: Reading): void {
  if (chosen.includes('stdout'))
    env.problems.push(
      `${name.dest}: both sinks would write to standard output: name a path, or one sink in ${sinkEnv.sink}`,
    );
  if (config.maxBytes || config.rotateAfter || config.splitPerType)
    env.problems.push(`${name.dest}: standard output can be neither rotated nor split: name a path`);
}

const flushEvery = amount({
  variable: name.flushEvery,
  purpose: 'is how many events are written without waiting for more',
  ...{ min: 1, max: 100_000, whole: true, fallback: 100 },
});
const flushInterval = amount({
  variable: name.flushInterval,
  purpose: 'is how many ms the first of fewer waits',
  ...{ min: 1, max: 3_600_000, whole: true, fallback: 1_000 },
});
const maxBytes = amount({
  variable: name.maxBytes,
  purpose: 'moves a file aside that has so many bytes',
  ...{ min: 0, max: 1e15, whole: true, fallback: 0, otherwise: '0: never' },
});
const rotateSeconds = amount({
  variable: name.rotate,
  purpose: 'moves a file aside that was begun so long ago',
  ...{ min: 0, max: MONTH, unit: 'seconds', fallback: 0, otherwise: '0: never' },
});
const gzip = flag({
  variable: name.gzip,
  purpose: 'compresses files that are moved aside',
  fallback: false,
});
const noReopen = flag({
  variable: name.noReopen,
  purpose: 'lets SIGHUP change nothing, which otherwise opens the files anew',
  fallback: false,
});
const splitPerType = flag({
  variable: name.splitPerType,
  purpose: 'makes a file for each kind of events, such as `f.T.ndjson`',
  fallback: false,
});
