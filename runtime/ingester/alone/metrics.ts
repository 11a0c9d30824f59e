/** What an ingester that stands alone counts, in the text format of Prometheus and as a line of the log. */
import { Counter, Gauge, Registry } from 'prom-client';
import { version } from '../../platform/release-names.ts';
import type { SinkName } from '../../platform/sink-names.ts';
import type { EventFeedStatus } from '../../vendor/socket/event-feed.ts';
import type { EventSink } from '../sinks/passed-on/event-sink.ts';
import { sinkMetrics, sumOf } from '../status/sinks.ts';
import type { Stream } from './stream.ts';

export interface Counted {
  readonly stream: Pick<Stream, 'counts'>;
  readonly status: EventFeedStatus;
  readonly sinks: readonly EventSink[];
}

const helps = {
  reconnects: 'connections after the first',
  reconnect_success: 'connections after the first whose subscription came to stand',
  reconnect_failure: 'connections after the first whose subscription did not',
  read_timeouts: 'connections given up because nothing came',
  heartbeats_sent: 'pings sent',
  messages_received: 'events received',
  trades: 'trades received',
  quotes: 'quotes received',
  errors: 'events refused, and attempts of sinks that failed',
  channel_drops: 'events that sinks let go',
  ndjson_drops: 'events that the sink ndjson let go',
  zmq_sent: 'events that the sink zmq handed to ZeroMQ',
  zmq_drops: 'events that the sink zmq let go',
} as const;

/** Totals since the start, by name. */
export function totalsOf({ stream, status, sinks }: Counted): Readonly<Record<keyof typeof helps, number>> {
  const { counts } = stream;
  const named = (name: SinkName) => sinks.filter(sink => sink.name === name);
  return {
    reconnects: counts.reconnects,
    reconnect_success: counts.reconnectSuccesses,
    reconnect_failure: counts.reconnectFailures,
    read_timeouts: status.readTimeouts,
    heartbeats_sent: status.pings,
    messages_received: counts.messages,
    trades: counts.trades,
    quotes: counts.quotes,
    errors: counts.refused + sumOf(sinks, 'failures'),
    channel_drops: sumOf(sinks, 'dropped'),
    ndjson_drops: sumOf(named('ndjson'), 'dropped'),
    zmq_sent: sumOf(named('zmq'), 'written'),
    zmq_drops: sumOf(named('zmq'), 'dropped'),
  };
}

export function metricsText(counted: Counted): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  for (const [name, total] of Object.entries(totalsOf(counted)))
    new Counter({ name: `polygon_${name}_total`, help: helpOf(name), registers }).inc(total);
  const build = new Gauge({
    name: 'polygon_build_info',
    help: 'the release',
    labelNames: ['version'],
    registers,
  });
  build.set({ version }, 1);
  sinkMetrics(counted.sinks, registers);
  return registry.metrics();
}

function helpOf(name: string): string {
  return Object.entries(helps).find(([each]) => each === name)?.[1] ?? name;
}
