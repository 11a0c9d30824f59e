/** A sink of passed-on events that keeps what it is given, hangs, or fails. */
import type { NumberedEvent } from '../../../../runtime/ingester/sinks/passed-on/event.ts';
import { EventSink } from '../../../../runtime/ingester/sinks/passed-on/event-sink.ts';
import type { Outlet } from '../../../../runtime/ingester/sinks/passed-on/outlet.ts';
import { Selection } from '../../../../runtime/ingester/sinks/passed-on/selection.ts';
import { Seldom } from '../../../../runtime/platform/seldom.ts';
import { MemoryLogger } from './log.ts';
import { atOnce, timeWith } from './test-time.ts';

export class MemorySink {
  readonly events: NumberedEvent[] = [];
  readonly sink: EventSink;

  /** @param hangs whether it never answers @param fails whether it never takes anything, and says so */
  constructor({ hangs = false, fails = false, cap = 10_000, name = 'memory' } = {}) {
    const time = timeWith({ flush: atOnce, retry: atOnce });
    const outlet: Outlet = {
      write: async events => {
        if (hangs) return new Promise(() => undefined);
        if (fails) return { left: events, error: new Error('it takes nothing') };
        this.events.push(...events);
        return { left: [] };
      },
    };
    this.sink = new EventSink({
      ...{ name, outlet, cap, flushEvery: 1, flushInterval: 1, time, logger: new MemoryLogger() },
      selection: new Selection({ quotes: new Set(), trades: new Set() }),
      seldom: new Seldom(time, 5_000),
    });
  }

  get topics(): readonly string[] {
    return this.events.map(({ topic }) => topic);
  }
}
