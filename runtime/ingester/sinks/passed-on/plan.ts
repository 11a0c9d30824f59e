/** A sink of passed-on events from its variables to its opening: what each kind of sink says of itself. */
import type { Writable } from 'node:stream';
import type { Market } from '../../../markets/names.ts';
import type { Environment } from '../../../platform/env.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Seldom } from '../../../platform/seldom.ts';
import type { SinkName } from '../../../platform/sink-names.ts';
import type { Time } from '../../../platform/time.ts';
import type { NumberedEvent } from './event.ts';
import type { EventSink } from './event-sink.ts';
import type { Outlet } from './outlet.ts';
import type { Pattern } from './selection.ts';

/** For whom variables are read. */
export interface Reading {
  readonly market: Market;
  /** The sinks that are chosen: the variables of others are checked, too, and need not be set. */
  readonly chosen: readonly SinkName[];
}

/** Standard output, or what stands for it. */
export type Output = Writable & { readonly fd?: number };

/** What a sink touches of the world. */
export interface SinkWorld {
  /** The sinks that are opened together. */
  readonly chosen: readonly SinkName[];
  readonly market: Market;
  readonly output: Output;
  /** Epoch ms. */
  readonly now: () => number;
  /** The present, epoch ms of event time. */
  readonly eventTime: () => number;
  readonly time: Time;
  readonly logger: Logger;
  readonly envelopeOf: (event: NumberedEvent) => string;
  /** Called when a sink takes nothing any more. */
  readonly onGone: () => void;
}

/** A sink that is ready to be written to. */
export interface Opened {
  readonly outlet: Outlet;
  /** So many events are written without waiting for more. */
  readonly flushEvery: number;
  /** How long (ms) the first of fewer waits. */
  readonly flushInterval: number;
  /** All that it has a use for. @default everything */
  readonly takes?: readonly Pattern[];
  /** Somebody has moved its files. @default it has none */
  readonly reopen?: () => void;
}

/** Whoever looks on wants to see things at once. */
export const AT_ONCE = { flushEvery: 100, flushInterval: 50 };

/** A kind of sinks. */
export interface Kind<Config> {
  config(env: Environment, reading: Reading): Config;
  /** The configuration as anybody may see it. @default as it is */
  shown?(config: Config): unknown;
  /** @throws EnvironmentError when what the variables name cannot be used */
  open(config: Config, world: SinkWorld, seldom: Seldom): Promise<Opened>;
}

/** A sink as its variables describe it. */
export interface SinkPlan {
  readonly kind: SinkName;
  /** Its settings without what is secret. */
  readonly shown: unknown;
  /** @throws EnvironmentError when what the variables name cannot be used */
  open(world: SinkWorld): Promise<OpenSink>;
}

export interface OpenSink {
  readonly sink: EventSink;
  readonly reopen?: () => void;
}
