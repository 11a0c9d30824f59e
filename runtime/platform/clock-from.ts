/** Which clock a process runs by: the machine's, or on a laptop an event clock that its parent process may govern. */
import * as v from 'valibot';
import { instantOf } from '../markets/dates.ts';
import { type Clock, EventClock, machineClock } from './clock.ts';

/** The instant (epoch ms) and the speed at which an event clock starts. */
export interface ClockSetting {
  readonly now: number;
  readonly speed: number;
}

/** The message by which a parent process sets the clock of its child. */
const clockMessage = v.object({
  type: v.literal('clock'),
  now: v.pipe(v.number(), v.finite()),
  speed: v.pipe(v.number(), v.finite(), v.minValue(0)),
  limit: v.optional(v.number(), Number.POSITIVE_INFINITY),
});

/** What is needed of a process: whether a parent listens, and a way to talk with it. */
export interface ParentChannel {
  readonly connected: boolean;
  /** Calls back with whatever the parent sends. */
  onMessage(listener: (message: unknown) => void): void;
  send(message: ClockSet): void;
}

/** The answer to every clock message, so that a parent knows from when on its child lives in the new time. */
export interface ClockSet {
  readonly type: 'clock set';
  readonly now: number;
}

const thisProcess: ParentChannel = {
  connected: process.connected ?? false,
  onMessage: listener => process.on('message', listener),
  send: message => process.send?.(message),
};

/**
 * Reads `<origin ISO>@<speed>`, say `2025-11-20T14:30:00Z@60`.
 * @throws RangeError that says what was got and what is allowed.
 */
export function clockSettingOf(text: string): ClockSetting {
  const [origin = '', speedText = ''] = text.split('@');
  const now = origin.endsWith('Z') ? instantOf(origin) : undefined;
  const speed = speedText === '' ? Number.NaN : Number(speedText);
  if (now !== undefined && Number.isFinite(speed) && speed >= 0) return { now, speed };
  throw new RangeError(`'${text}' is not a clock: use <UTC instant>@<speed>, say 2025-11-20T14:30:00Z@60`);
}

/**
 * The machine's clock without a setting; otherwise an event clock that starts now. Where a parent process listens, it
 * governs that clock by messages, each of which is answered; the promise waits for the first one, or for the signal.
 */
export async function clockFrom(
  setting: ClockSetting | undefined,
  signal: AbortSignal,
  parent: ParentChannel = thisProcess,
): Promise<Clock> {
  if (!setting) return machineClock;
  const clock = new EventClock(setting);
  if (!parent.connected || signal.aborted) return clock;
  await new Promise<void>(resolve => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    parent.onMessage(message => {
      const parsed = v.safeParse(clockMessage, message);
      if (!parsed.success) return;
      clock.set(parsed.output);
      parent.send({ type: 'clock set', now: parsed.output.now });
      resolve();
    });
  });
  return clock;
}
